package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImplicitBiasUiTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private InMemoryStatsStorage storage;
  private ImplicitBiasUi ui;

  @BeforeEach
  void start() {
    storage = new InMemoryStatsStorage();
    ui = ImplicitBiasUi.start(0);
    ui.attach(storage);
  }

  @AfterEach
  void stop() {
    ui.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + ui.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode json(int status, String query) throws Exception {
    HttpResponse<String> response = get("/train/implicit-bias/data/" + query);
    assertEquals(status, response.statusCode(), response.body());
    assertEquals(
        "application/json; charset=utf-8",
        response.headers().firstValue("content-type").orElse(null));
    return new ObjectMapper().readTree(response.body());
  }

  /** Sends headers that HTTP clients do not let one choose; returns the status line. */
  private String raw(String... lines) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), ui.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              (String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\r\n")[0];
    }
  }

  @Test
  void listensOnTheLoopbackAddressOnly() throws Exception {
    assertEquals(200, get("/train/implicit-bias").statusCode());
    List<InetAddress> others =
        Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
            .flatMap(card -> Collections.list(card.getInetAddresses()).stream())
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .collect(Collectors.toList());
    Assumptions.assumeFalse(others.isEmpty(), "this machine has only the loopback address");
    for (InetAddress address : others) {
      try (Socket socket = new Socket()) {
        assertThrows(
            ConnectException.class,
            () -> socket.connect(new InetSocketAddress(address, ui.port()), 2000),
            "reachable at " + address);
      }
    }
  }

  @Test
  void refusesRequestsToForeignHostNames_andFromForeignPages() throws Exception {
    String get = "GET /train/implicit-bias HTTP/1.1";
    assertTrue(raw(get, "Host: evil.example").contains(" 403 "));
    assertTrue(raw(get, "Host: evil.example:" + ui.port()).contains(" 403 "));
    assertTrue(raw(get, "Host: localhost.evil.example").contains(" 403 "));
    assertTrue(raw("GET /train/overview HTTP/1.1", "Host: evil.example").contains(" 403 "));
    assertTrue(raw("GET /train/overview HTTP/1.0").contains(" 403 "));
    assertTrue(raw(get, "Host: 127.0.0.1", "Origin: http://evil.example").contains(" 403 "));
    assertTrue(raw(get, "Host: 127.0.0.1", "Origin: null").contains(" 403 "));
    assertTrue(raw(get, "Host: localhost:8080").contains(" 200 "), "through a tunnel");
    assertTrue(raw(get, "Host: [::1]:" + ui.port()).contains(" 200 "));
    assertTrue(raw(get, "Host: LOCALHOST", "Origin: http://localhost:1").contains(" 200 "));
  }

  @Test
  void doesNotReceiveRecordsFromOthers() throws Exception {
    assertFalse(UIServer.getInstance().isRemoteListenerEnabled());
    HttpURLConnection post =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + ui.port() + "/remoteReceive").toURL().openConnection();
    post.setRequestMethod("POST");
    post.setDoOutput(true);
    post.getOutputStream().write("{}".getBytes(StandardCharsets.UTF_8));
    assertEquals(403, post.getResponseCode());
  }

  @Test
  void aBusyPort_isRefusedInOneSentence_andLeavesNothingBehind() throws Exception {
    ui.close();
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = busy.getLocalPort();
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> ImplicitBiasUi.start(port));
      assertEquals(
          "Port " + port + " is in use; choose another port, or 0 for any free one.",
          refused.getMessage());
      assertNull(VertxUIServer.getInstance());
    }
    ui = ImplicitBiasUi.start(0);
    assertEquals(200, get("/train/implicit-bias").statusCode());
  }

  @Test
  void aSecondServer_isRefusedInOneSentence_andTheFirstGoesOn() throws Exception {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> ImplicitBiasUi.start(0));
    assertTrue(refused.getMessage().contains("already runs"), refused.getMessage());
    assertEquals(200, get("/train/implicit-bias").statusCode());
    assertThrows(IllegalArgumentException.class, () -> ImplicitBiasUi.start(70000));
  }

  @Test
  void closedAndStartedAgain_onTheSamePort() throws Exception {
    int port = ui.port();
    ui.close();
    ui.close();
    assertNull(VertxUIServer.getInstance());
    ui = ImplicitBiasUi.start(port);
    assertEquals(port, ui.port());
    assertEquals("http://127.0.0.1:" + port + "/train/implicit-bias", ui.url());
    assertEquals(200, get("/train/implicit-bias").statusCode());
  }

  @Test
  void thePageAllowsNothingFromOutside_andNoInlineCode() throws Exception {
    HttpResponse<String> page = get("/train/implicit-bias");
    String policy = page.headers().firstValue("content-security-policy").orElse("");
    assertTrue(
        policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertFalse(page.body().contains("{{"), "all words are filled in");
    assertFalse(page.body().contains("<script>") || page.body().contains("style="));
    assertEquals(302, get("/implicit-bias").statusCode());
    for (String asset :
        List.of(
            "/assets/webjars/jquery/3.7.1/dist/jquery.min.js",
            "/train/implicit-bias/assets/uplot.js",
            "/train/implicit-bias/assets/uplot.css",
            "/train/implicit-bias/assets/implicit-bias.css",
            "/train/implicit-bias/assets/main.js")) {
      assertEquals(200, get(asset).statusCode(), asset);
    }
  }

  @Test
  void onlyAssetsOfThePage_areServed_compressedIfTheBrowserLikes() throws Exception {
    for (String name :
        List.of("other.js", "..%2fmain.js", "main.js%00", "page.html", "Main.js", "main.js.js")) {
      int status = get("/train/implicit-bias/assets/" + name).statusCode();
      assertTrue(status == 404 || status == 400, name + ": " + status);
    }
    URI uri = URI.create("http://127.0.0.1:" + ui.port() + "/train/implicit-bias/assets/main.js");
    HttpResponse<byte[]> packed =
        client.send(
            HttpRequest.newBuilder(uri).header("accept-encoding", "gzip").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertEquals("gzip", packed.headers().firstValue("content-encoding").orElse(""));
    String unpacked =
        new String(
            new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(),
            StandardCharsets.UTF_8);
    assertEquals(unpacked, get(uri.getPath()).body());
    HttpResponse<byte[]> again =
        client.send(
            HttpRequest.newBuilder(uri)
                .header("if-none-match", packed.headers().firstValue("etag").orElse(""))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertEquals(304, again.statusCode());
  }

  @Test
  void everyRequest_isAnswered_whateverIsWrongWithIt() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 60).store(storage);
    String data = "/train/implicit-bias/data/";
    for (String path :
        List.of(
            data + "runs?%",
            data + "run?run=" + run.header.id() + "&x=%zz",
            data + "series?run=%ff%fe&column=%",
            data + "%",
            data + "step?" + "a&".repeat(1000),
            "/train/implicit-bias?sessionID=%",
            "/train/implicit-bias/file?%",
            "/train/implicit-bias/assets/main.js?%",
            "/train/implicit-bias/assets/%",
            "/implicit-bias?%",
            "/train/%/implicit-bias",
            "/train/a%zzb/implicit-bias?%")) {
      String status = raw("GET " + path + " HTTP/1.1", "Host: 127.0.0.1");
      assertTrue(status.matches("HTTP/1.1 [245]\\d\\d .*"), path + ": " + status);
    }
    assertTrue(raw("GET " + data + "runs?% HTTP/1.1", "Host: 127.0.0.1").contains(" 400 "));
    assertEquals(1, json(200, "runs").get("runs").size(), "and the server goes on");
  }

  @Test
  void aStorageThatFails_isAnsweredAsJson_andNothingElseFails() throws Exception {
    InMemoryStatsStorage broken = new InMemoryStatsStorage();
    boolean[] fails = {false};
    StatsStorage failing =
        (StatsStorage)
            Proxy.newProxyInstance(
                StatsStorage.class.getClassLoader(),
                new Class<?>[] {StatsStorage.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("equals")) {
                    return proxy == arguments[0];
                  }
                  if (fails[0] && method.getDeclaringClass() != Object.class) {
                    throw new IllegalStateException("the disk is gone");
                  }
                  return method.invoke(broken, arguments);
                });
    ui.attach(failing);
    fails[0] = true;
    assertFalse(json(500, "runs").get("error").asText().contains("disk"), "the log says more");
    assertEquals(200, get("/train/overview").statusCode());
    assertEquals(200, get("/train/implicit-bias").statusCode());
    ReplayedRun run = new ReplayedRun("s", "w", 60).store(storage);
    assertEquals(1, json(200, "runs").get("runs").size(), "the other storage still answers");
    JsonNode progress = json(200, "progress?run=" + run.header.id());
    for (long begun = System.nanoTime(); progress.get("unread").asInt() > 0; ) {
      assertTrue(System.nanoTime() - begun < TimeUnit.MINUTES.toNanos(2), progress::toString);
      progress = json(200, "progress?run=" + run.header.id());
    }
    assertEquals(61, progress.get("records").asInt());
  }

  @Test
  void aRunThatHasOnlyBegun_isListed_andItsStepsAreRefused() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 60).begin(storage);
    assertEquals(0, json(200, "progress?run=" + run.header.id()).get("records").asInt());
    assertEquals(
        0,
        json(200, "series?run=" + run.header.id() + "&column=loss")
            .at("/columns/loss/steps")
            .size());
    json(404, "step?run=" + run.header.id() + "&step=0");
  }
}
