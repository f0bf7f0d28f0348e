package io.github.implicitbias.ui;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.testkit.GridRun;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page over all runs: table, scatter and phase diagram of the same rows, one choice in all. */
class RunsPageTest extends PageTest {

  private static final Path FOLDER = Path.of("target", "screenshots");

  private static InMemoryStatsStorage storage;
  private static final Map<String, GridRun> RUNS = new LinkedHashMap<>();

  @BeforeAll
  static void makeRuns() {
    storage = new InMemoryStatsStorage();
    for (GridRun run : GridRun.grid(150)) {
      store(run, storage);
      RUNS.put(run.header.id().toString(), run);
    }
  }

  private static void store(GridRun run, StatsStorageRouter into) {
    String session = run.header.sessionId();
    String key = run.header.workerId() + "-" + run.header.id();
    long time = run.header.startedAt();
    into.putStaticInfo(new ImplicitBiasBlock(session, key, time, run.header.encode()));
    List<byte[]> blocks = run.sealed();
    for (int block = 0; block < blocks.size(); block++) {
      into.putUpdate(new ImplicitBiasBlock(session, key, time + 1 + block, blocks.get(block)));
    }
  }

  private void showRuns(String query) {
    ui.attach(storage);
    browser.open(ui.url() + "?view=runs" + query);
    settled();
  }

  private static void settled() {
    browser.await("settled", "window.implicitBias && window.implicitBias.settled");
  }

  @Test
  void pictures() throws Exception {
    showRuns("");
    browser.size(1280, 800);
    browser.drawn();
    browser.screenshot(FOLDER.resolve("runs-1280-light.png"));
    browser.dark(true);
    browser.drawn();
    browser.screenshot(FOLDER.resolve("runs-1280-dark.png"));
    browser.dark(false);
    browser.size(420, 900);
    browser.drawn();
    browser.screenshot(FOLDER.resolve("runs-420-light.png"));
    browser.size(1500, 1100);
    checkNothingOdd();
  }
}
