package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.testkit.MadeUpRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  @TempDir Path folder;

  @Test
  void theRunsOfAFolder_areShownByAnyServer_alsoThoseOfTheSameLabels() throws Exception {
    MadeUpRun first = new MadeUpRun("s", "w", 100);
    MadeUpRun second = new MadeUpRun("s", "w", 60);
    first.write(folder.resolve("first.ibrun"));
    Files.writeString(folder.resolve("broken.ibrun"), "not a run");
    Files.writeString(folder.resolve("notes.txt"), "not a run either");
    RunFolder runs = new RunFolder(folder);
    assertEquals(1, runs.list().size());
    second.write(folder.resolve("second.ibrun"));
    assertEquals(2, runs.list().size());
    assertSame(runs.open(first.header.id()), runs.open(first.header.id()));
    assertNull(runs.open(RunId.random()));
    PageServer server = new PageServer(runs);
    for (MadeUpRun run : new MadeUpRun[] {first, second}) {
      Response progress =
          server.answer(
              new Request(
                  PageServer.PAGE + "/data/progress",
                  "run=" + run.header.id(),
                  Map.of("host", "localhost")::get));
      String body = new String(progress.body(), StandardCharsets.UTF_8);
      assertEquals(run.steps + 1, new ObjectMapper().readTree(body).get("records").asInt(), body);
    }
    Files.delete(folder.resolve("first.ibrun"));
    assertNull(runs.open(first.header.id()));
  }
}
