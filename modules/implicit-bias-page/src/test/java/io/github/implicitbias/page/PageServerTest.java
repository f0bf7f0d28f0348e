package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.Statement;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.testkit.BlocksLog;
import io.github.implicitbias.testkit.MadeUpRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the page answers to requests, without any HTTP server. */
class PageServerTest {

  private PageServer server;

  @AfterEach
  void noFurtherNames() {
    System.clearProperty(HostNames.PROPERTY);
  }

  private Response get(String address, String... headers) {
    Map<String, String> sent = new HashMap<>(Map.of("host", "127.0.0.1:9000"));
    for (int k = 0; k < headers.length; k += 2) {
      sent.put(headers[k], headers[k + 1]);
    }
    int at = address.indexOf('?');
    return server.answer(
        new Request(
            at < 0 ? address : address.substring(0, at),
            at < 0 ? null : address.substring(at + 1),
            sent::get));
  }

  private JsonNode json(int status, String question) throws IOException {
    Response response = get(PageServer.PAGE + "/data/" + question);
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertEquals(status, response.status(), question + ": " + body);
    assertEquals("application/json; charset=utf-8", response.headers().get("content-type"));
    assertTrue(response.body().length < 1_000_000, question);
    return new ObjectMapper().readTree(body);
  }

  @Test
  void badQuestions_areRefusedAsJson() throws Exception {
    RunLog log = new MadeUpRun("s", "w", 60).log();
    server = new PageServer(RunCatalog.of(log));
    String run = "run=" + log.header().id();
    assertEquals(1, json(200, "runs").get("runs").size());
    assertEquals(61, json(200, "progress?" + run).get("records").asInt());
    for (String query :
        List.of(
            "progress",
            "progress?run=" + "0".repeat(31),
            "progress?run=" + "g".repeat(32),
            "step?" + run,
            "step?" + run + "&step=1&layer=layer0",
            "step?" + run + "&step=%",
            "progress?%",
            "step?" + run + "&step=x",
            "step?" + run + "&step=1e3",
            "step?" + run + "&step=99999999999999999999",
            "progress?" + run + "&events=-1",
            "series?" + run,
            "series?" + run + "&column=loss&points=0",
            "series?" + run + "&column=loss&points=999999999",
            "series?" + run + "&column=loss&from=a",
            "series?" + run + "&column=loss&spacing=none",
            "samples?" + run,
            "samples?" + run + "&step=x",
            "sampleSeries?" + run,
            "units?" + run + "&layer=0",
            "units?" + run + "&step=1",
            "unitSeries?" + run,
            "unitSeries?" + run + "&layer=0&points=1",
            "history?" + run,
            "history?" + run + "&layer=0",
            "history?" + run + "&layer=0&unit=1&sample=1",
            "history?" + run + "&layer=0&unit=16",
            "history?" + run + "&layer=0&sample=-2",
            "history?" + run + "&layer=0&unit=1&points=99999")) {
      assertFalse(json(400, query).get("error").asText().isEmpty(), query);
    }
    for (String query :
        List.of(
            "nothing",
            "run?run=" + RunId.random(),
            "step?" + run + "&step=1&layer=2",
            "series?" + run + "&column=other",
            "sampleSeries?" + run + "&column=other",
            "units?" + run + "&layer=2&step=1",
            "unitSeries?" + run + "&layer=2",
            "history?" + run + "&layer=2&unit=1")) {
      assertFalse(json(404, query).get("error").asText().isEmpty(), query);
    }
    assertEquals(0, json(200, "step?" + run + "&step=-5").get("step").asInt());
    assertEquals(60, json(200, "step?" + run + "&step=9999").get("step").asInt());
  }

  @Test
  void answersStaySmall_howeverMuchARunSays() throws Exception {
    String endless = "x<\u00e4\">".repeat(1_000);
    Map<String, String> provenance = new HashMap<>();
    HeaderBuilder builder =
        new HeaderBuilder(endless, endless, 1).samples(new int[500_000], new int[500_000]);
    for (int k = 0; k < 300; k++) {
      provenance.put("fact" + k, endless);
      builder.prediction(new Statement("p" + k, endless, endless, endless, endless, endless));
      builder.metric("m" + k, Definition.formula(endless).title(endless).group(endless));
    }
    builder.provenance(provenance);
    RunHeader header =
        builder.sampleMetric("a", Definition.NONE).sampleMetric("b", Definition.NONE).build();
    server = new PageServer(RunCatalog.of(new BlocksLog(header)));
    for (String query :
        List.of("run?", "verdicts?", "progress?", "samples?step=1", "sampleSeries?column=a")) {
      json(200, query + "&run=" + header.id());
    }
    assertTrue(json(200, "verdicts?run=" + header.id()).get("leftOut").asInt() > 200);
    assertTrue(json(200, "runs").at("/runs/0/session").asText().startsWith("x<"));
  }

  @Test
  void aColumn_isDescribedByItsFields_whateverItIsCalled() throws Exception {
    RunHeader header =
        new HeaderBuilder("s", "w", 1)
            .metric("lower.bound", Definition.formula("min").group("My bounds").title("Lower"))
            .metric("jury.verdict", Definition.NONE)
            .prediction(new Statement("jury", "It holds.", "paper", "", "", ""))
            .build();
    server = new PageServer(RunCatalog.of(new BlocksLog(header)));
    JsonNode run = json(200, "run?run=" + header.id());
    assertEquals(header.id().toString(), run.get("id").asText());
    JsonNode basic = run.at("/columns/4");
    assertEquals("loss", basic.get("id").asText());
    assertEquals("basic", basic.get("kind").asText());
    JsonNode own = run.at("/columns/5");
    assertEquals("metric", own.get("kind").asText());
    assertEquals("lower.bound", own.get("id").asText());
    assertTrue(own.get("layer").isNull() && own.get("prediction").isNull());
    JsonNode definition = run.get("definitions").get(own.get("definition").asInt());
    assertEquals("My bounds", definition.get("group").asText());
    assertEquals("Lower", definition.get("title").asText());
    assertTrue(definition.get("charted").asBoolean());
    JsonNode verdict = run.at("/columns/7");
    assertEquals("verdict", verdict.get("kind").asText());
    assertEquals("jury", verdict.get("id").asText());
    assertEquals(0, verdict.get("prediction").asInt());
    assertNotEquals(run.at("/columns/6/name"), verdict.get("name"), "names are unique");
    assertEquals("It holds.", run.at("/predictions/0/statement").asText());
  }

  @Test
  void aHostThatIsNotOurs_isRefused_unlessItIsAllowed() {
    server = new PageServer(RunCatalog.of(new MadeUpRun("s", "w", 10).log()));
    for (String ours :
        List.of(
            "127.0.0.1",
            "127.0.0.1:9000",
            "192.168.1.7:9000",
            "localhost",
            "LOCALHOST:1",
            "localhost.",
            "gpu.localhost:80",
            "[::1]:9000",
            "[fe80::1%eth0]",
            "[2001:db8::7]")) {
      assertEquals(200, get(PageServer.PAGE, "host", ours).status(), ours);
    }
    for (String other :
        List.of(
            "evil.example",
            "evil.example:9000",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "1.2.3.4.5",
            "256.1.1.1",
            "[::1].evil.example",
            "evil.example#127.0.0.1",
            "",
            "gpu-box:9000")) {
      for (String path :
          List.of(
              PageServer.PAGE,
              PageServer.SHORT,
              "/train/s/implicit-bias",
              PageServer.PAGE + "/data/runs",
              PageServer.PAGE + "/assets/main.js",
              PageServer.PAGE + "/file?run=" + RunId.random())) {
        assertEquals(403, get(path, "host", other).status(), other + " " + path);
      }
    }
    assertEquals(403, get(PageServer.PAGE, "host", null).status(), "no host");
    System.setProperty(HostNames.PROPERTY, "other, GPU-box ,");
    assertEquals(200, get(PageServer.PAGE, "host", "gpu-box:9000").status());
    assertEquals(403, get(PageServer.PAGE, "host", "evil.example").status());
    assertEquals(403, get(PageServer.PAGE, "host", "").status());
  }

  @Test
  void whatIsMalformed_orNotThere_isAnswered() {
    server = new PageServer(RunCatalog.of(new MadeUpRun("s", "w", 10).log()));
    for (String address :
        List.of(
            PageServer.PAGE + "?sessionID=%",
            PageServer.PAGE + "/data/runs?%",
            PageServer.PAGE + "/data/runs?a=%zz",
            PageServer.PAGE + "/file?%",
            PageServer.SHORT + "?%",
            PageServer.PAGE + "/assets/main.js?%",
            PageServer.PAGE + "/data/runs?" + "a&".repeat(300),
            PageServer.PAGE + "/data/runs?" + "a".repeat(70_000))) {
      assertEquals(
          400, get(address).status(), address.substring(0, Math.min(60, address.length())));
    }
    for (String address : List.of("/", "/train", PageServer.PAGE + "/data/", "/train/x/y")) {
      assertEquals(404, get(address).status(), address);
    }
    for (String name : List.of("other.js", "..%2fmain.js", "page.html", "Main.js", "a/main.js")) {
      assertEquals(404, get(PageServer.PAGE + "/assets/" + name).status(), name);
    }
  }

  @Test
  void whatCannotBeRead_isAnsweredWithoutItsReason() throws Exception {
    server =
        new PageServer(
            new RunCatalog() {
              @Override
              public List<Entry> list() {
                throw new IllegalStateException("the disk is gone");
              }

              @Override
              public RunLog open(RunId id) throws IOException {
                throw new IOException("the disk is gone");
              }
            });
    assertFalse(json(500, "runs").get("error").asText().contains("disk"));
    assertFalse(json(500, "run?run=" + RunId.random()).get("error").asText().contains("disk"));
    assertEquals(500, get(PageServer.PAGE + "/file?run=" + RunId.random()).status());
  }

  @Test
  void aRunAsAFile_isDeletedOnceItIsSent() throws Exception {
    RunLog log = new MadeUpRun("a <b>", "w", 60).log();
    server = new PageServer(RunCatalog.of(log));
    Response response = get(PageServer.PAGE + "/file?run=" + log.header().id());
    assertEquals(200, response.status());
    assertEquals(
        "attachment; filename=\"a_b_.html\"", response.headers().get("content-disposition"));
    assertTrue(Files.readString(response.file()).endsWith("</html>\n"));
    server.sent(response);
    assertFalse(Files.exists(response.file()));
    assertFalse(Files.exists(response.file().getParent()));
  }

  @Test
  void assets_areCompressedAndSentOnce() {
    server = new PageServer(RunCatalog.of(new MadeUpRun("s", "w", 10).log()));
    String main = PageServer.PAGE + "/assets/main.js";
    Response plain = get(main);
    Response packed = get(main, "accept-encoding", "br, gzip");
    assertEquals("gzip", packed.headers().get("content-encoding"));
    assertNull(plain.headers().get("content-encoding"));
    assertTrue(packed.body().length < plain.body().length);
    Response again = get(main, "if-none-match", plain.headers().get("etag"));
    assertEquals(304, again.status());
    assertArrayEquals(new byte[0], again.body());
  }
}
