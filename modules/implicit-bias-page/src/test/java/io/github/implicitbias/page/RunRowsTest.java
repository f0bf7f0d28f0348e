package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.testkit.BlocksLog;
import io.github.implicitbias.testkit.GridRun;
import io.github.implicitbias.testkit.MadeUpRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of many runs: their numbers are those of the runs, and each is read once. */
class RunRowsTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";

  @TempDir Path folder;

  private static JsonNode ask(PageServer server, String query) throws Exception {
    Response response =
        server.answer(
            new Request(PageServer.PAGE + "/data/rows", query, Map.of("host", "localhost")::get));
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertEquals(200, response.status(), body);
    assertTrue(response.body().length < 1_000_000, response.body().length + " bytes");
    return MAPPER.readTree(body);
  }

  /** All rows, once every run has been read: by id, the newest answer of each. */
  private static Map<String, JsonNode> rows(PageServer server, String ends) throws Exception {
    Map<String, JsonNode> rows = new HashMap<>();
    long generation = 0;
    long since = 0;
    while (true) {
      JsonNode answer = ask(server, "generation=" + generation + "&since=" + since + ends);
      answer.get("rows").forEach(row -> rows.put(row.get("id").asText(), row));
      generation = answer.get("generation").asLong();
      since = answer.get("next").asLong();
      if (answer.get("unread").asInt() == 0 && !answer.get("more").asBoolean()) {
        return rows;
      }
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.isNull() ? null : one.asText()));
    return texts;
  }

  @Test
  void theNumbersOfARow_areThoseOfItsRun() throws Exception {
    List<GridRun> runs = GridRun.grid(60);
    for (GridRun run : runs) {
      run.write(folder.resolve(run.header.id() + ".ibrun"));
    }
    PageServer server = new PageServer(RunCatalog.ofFolder(folder));
    String ends = "&end=loss&end=testAccuracy&end=parameterNorm&end=score&end=nothing";
    Map<String, JsonNode> rows = rows(server, ends);
    JsonNode answer = ask(server, ends.substring(1));
    List<String> settings = texts(answer.get("settings"));
    assertEquals(60, rows.size());
    for (GridRun made : runs) {
      JsonNode row = rows.get(made.header.id().toString());
      Run run = RunFile.open(folder.resolve(made.header.id() + ".ibrun"));
      assertEquals(made.header.name(), row.get("name").asText());
      assertEquals(run.size(), row.get("records").asLong());
      assertEquals(120, row.get("lastStep").asInt());
      JsonNode last = row.get("ends");
      double loss = run.latest("loss");
      if (Double.isNaN(loss)) {
        assertEquals("NaN", last.get(0).asText());
      } else {
        assertEquals(loss, last.get(0).asDouble());
      }
      assertEquals(made.value("testAccuracy", 120), last.get(1).asDouble());
      assertEquals(made.value("parameterNorm", 120), last.get(2).asDouble());
      assertTrue(last.get(3).isNull() && last.get(4).isNull(), "there is no such number");
      Map<String, String> own = new HashMap<>();
      List<String> values = texts(row.get("settings"));
      for (int k = 0; k < values.size(); k++) {
        own.put(settings.get(k), values.get(k));
      }
      assertEquals(made.rate, Double.parseDouble(own.get("learning rate")));
      assertEquals(made.scale, Double.parseDouble(own.get("start scale")));
      assertEquals(Integer.toString(made.width), own.get("width"));
      assertEquals(Integer.toString(made.seed), own.get("seed"));
      assertEquals(made.isLost() ? "problem" : "good", row.get("level").asText());
      assertEquals(run.summary().headline().get(0), row.get("headline").asText());
      checkLine(run, row);
    }
  }

  /** Every point of the line is the loss of the run at its step, to within the stated levels. */
  private static void checkLine(Run run, JsonNode row) {
    String text = row.get("loss").asText();
    double least = row.get("lossRange").get(0).asDouble();
    double span = Math.log(row.get("lossRange").get(1).asDouble() / least);
    int points = text.length() / 2;
    assertEquals(RunRow.POINTS, points);
    for (int k = 0; k < points; k++) {
      long step = Math.round(k * 120.0 / (points - 1));
      double exact = run.value("loss", step);
      String digits = text.substring(2 * k, 2 * k + 2);
      if (Double.isNaN(exact)) {
        assertEquals("!!", digits, "step " + step);
      } else {
        int level = 64 * DIGITS.indexOf(digits.charAt(0)) + DIGITS.indexOf(digits.charAt(1));
        double shown = least * Math.exp(span * level / 4095);
        assertEquals(exact, shown, exact * (0.51 * span / 4095 + 1e-12), "step " + step);
      }
    }
  }

  @Test
  void aValueThatTheLastRecordHasNot_isTheLastThereWas_andAnAbsentOneIsNone() throws Exception {
    MadeUpRun made = new MadeUpRun("s", "w", 100);
    JsonNode row =
        rows(new PageServer(RunCatalog.of(made.log())), "&end=score&end=deadUnits%5Blayer1%5D")
            .get(made.header.id().toString());
    assertEquals(made.value("score", 99), row.get("ends").get(0).asDouble());
    assertEquals(made.value("deadUnits[layer1]", 100), row.get("ends").get(1).asDouble());
    assertTrue(Absent.is(made.value("score", 100)));
  }

  @Test
  void anAnswerHasWhatIsNew_andARunThatGoesBeginsAnew() throws Exception {
    MadeUpRun first = new MadeUpRun("first", "w", 400);
    BlocksLog growing = new BlocksLog(first.header).add(first.sealed().get(0));
    Map<RunId, RunLog> logs = new HashMap<>(Map.of(first.header.id(), growing));
    MadeUpRun second = new MadeUpRun("second", "w", 60);
    logs.put(second.header.id(), second.log());
    RunRows rows =
        new RunRows(
            new RunCatalog() {
              @Override
              public List<Entry> list() {
                return logs.values().stream()
                    .map(log -> new Entry(log.header(), false))
                    .collect(Collectors.toList());
              }

              @Override
              public RunLog open(RunId id) {
                return logs.get(id);
              }

              @Override
              public long version(RunId id) {
                return logs.get(id).blocks();
              }
            },
            60_000,
            () -> first.header.startedAt());
    JsonNode all = RowsJson.of(rows.look(), 0, 0, List.of());
    assertEquals(2, all.get("rows").size());
    long generation = all.get("generation").asLong();
    JsonNode none = RowsJson.of(rows.look(), generation, all.get("next").asLong(), List.of());
    assertEquals(0, none.get("rows").size(), none.toString());
    for (int block = 1; block < first.blocks(); block++) {
      growing.add(first.sealed().get(block));
    }
    JsonNode news = RowsJson.of(rows.look(), generation, none.get("next").asLong(), List.of());
    assertEquals(1, news.get("rows").size());
    assertEquals(401, news.at("/rows/0/records").asInt());
    logs.remove(second.header.id());
    JsonNode again = RowsJson.of(rows.look(), generation, news.get("next").asLong(), List.of());
    assertFalse(again.get("generation").asLong() == generation);
    assertEquals(1, again.get("rows").size());
    assertEquals(1, again.get("count").asInt());
  }

  @Test
  void aThousandRuns_areAnsweredInOneSecond_andFitIntoOneAnswer() throws Exception {
    List<GridRun> runs = GridRun.grid(1000);
    for (GridRun run : runs) {
      run.write(folder.resolve(run.header.id() + ".ibrun"));
    }
    PageServer server = new PageServer(RunCatalog.ofFolder(folder));
    long begun = System.nanoTime();
    JsonNode at = ask(server, null);
    long first = System.nanoTime() - begun;
    assertEquals(1000, at.get("count").asInt());
    rows(server, "");
    long cold = System.nanoTime() - begun;
    begun = System.nanoTime();
    JsonNode answer = ask(server, "since=0");
    long warm = System.nanoTime() - begun;
    assertEquals(1000, answer.get("rows").size());
    System.out.printf(
        "1000 runs: first answer %d ms, all read %d ms, answered again %d ms, %d bytes%n",
        first / 1_000_000, cold / 1_000_000, warm / 1_000_000, answer.toString().length());
    assertTrue(warm < 1_000_000_000L, warm / 1_000_000 + " ms");
  }

  @Test
  void whatCannotBeRead_hasARowWithoutNumbers() throws Exception {
    MadeUpRun made = new MadeUpRun("s", "w", 100);
    made.write(folder.resolve("a.ibrun"));
    Files.writeString(folder.resolve("broken.ibrun"), "not a run");
    Map<String, JsonNode> rows = rows(new PageServer(RunCatalog.ofFolder(folder)), "");
    assertEquals(1, rows.size());
  }
}
