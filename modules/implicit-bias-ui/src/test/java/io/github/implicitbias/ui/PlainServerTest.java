package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our pages on a server that DL4J has started by itself, on every network interface. */
class PlainServerTest {

  private static final String DATA = "/train/implicit-bias/data/";

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private UIServer server;

  @BeforeEach
  void start() {
    System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, "0");
    server = UIServer.getInstance();
    server.attach(storage);
  }

  @AfterEach
  void stop() throws Exception {
    UIServer.stopInstance();
    System.clearProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY);
    System.clearProperty("implicitbias.hosts");
  }

  /** The status of the answer to a request, sent as it is. */
  private int status(String path, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.getPort())) {
      socket.setSoTimeout(20_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
      socket
          .getOutputStream()
          .write((request + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      return Integer.parseInt(new String(answer, StandardCharsets.UTF_8).split(" ")[1]);
    }
  }

  @Test
  void aNameThatIsNotOurs_isRefused_unlessItIsAllowed() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 60).store(storage);
    String[] paths = {
      "/train/implicit-bias",
      "/train/s/implicit-bias",
      "/implicit-bias",
      "/train/implicit-bias/assets/main.js",
      DATA + "runs",
      DATA + "run?run=" + run.header.id(),
      "/train/implicit-bias/file?run=" + run.header.id()
    };
    for (String path : paths) {
      assertEquals(403, status(path, "evil.example:" + server.getPort()), path);
      assertTrue(status(path, "192.168.1.7:" + server.getPort()) < 400, path);
      assertTrue(status(path, "localhost") < 400, path);
    }
    System.setProperty("implicitbias.hosts", "gpu-box");
    assertEquals(200, status(DATA + "runs", "GPU-box:9000"));
    assertEquals(403, status(DATA + "runs", "evil.example"));
  }

  @Test
  void aRequestThatCannotBeDecoded_isAnswered_andTheConnectionEnds() throws Exception {
    assertEquals(400, status(DATA + "runs?%", "localhost"));
    assertEquals(400, status("/train/implicit-bias?sessionID=%", "localhost"));
    assertEquals(400, status("/train/implicit-bias/file?run=%ZZ", "localhost"));
    int path = status("/train/%/implicit-bias", "localhost");
    assertTrue(path >= 400 && path <= 500, "status " + path);
    assertEquals(200, status(DATA + "runs", "localhost"));
  }
}
