package io.github.implicitbias.ui;

import io.github.implicitbias.page.PageServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.VertxUIServer;

/**
 * The DL4J training UI, with the page "Implicit bias", reachable from this machine only.
 *
 * <pre>{@code
 * try (ImplicitBiasUi ui = ImplicitBiasUi.start(9000)) {
 *   ui.attach(statsStorage);
 *   System.out.println(ui.url());
 *   net.fit(iterator, epochs);
 * }
 * }</pre>
 *
 * <p>{@code UIServer.getInstance()} listens on every network interface and cannot be told
 * otherwise; this starts the same server on 127.0.0.1 and refuses requests addressed to any other
 * host name, so that a web page elsewhere cannot reach it through a forged name. Reception of
 * records from other processes stays off. The page itself needs nothing of this class: it appears
 * in every DL4J UI as soon as this module is on the class path.
 */
public final class ImplicitBiasUi implements AutoCloseable {

  private static final long START_SECONDS = 60;

  private final LoopbackUIServer server;

  private ImplicitBiasUi(LoopbackUIServer server) {
    this.server = server;
  }

  /**
   * Starts the training UI on 127.0.0.1. It keeps the program running until it is closed.
   *
   * @param port the TCP port; 0 takes any free one
   * @throws IllegalArgumentException if the port is not in 0..65535
   * @throws IllegalStateException if the port is in use, or a DL4J UI already runs in this process
   */
  public static synchronized ImplicitBiasUi start(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "Port " + port + " does not exist; choose one from 0 (any free port) to 65535.");
    }
    VertxUIServer running = VertxUIServer.getInstance();
    if (running != null && !running.isStopped()) {
      throw new IllegalStateException(
          "A DL4J UI already runs in this process at "
              + running.getAddress()
              + "; attach to it with UIServer.getInstance().attach(statsStorage), or stop it first"
              + " with UIServer.stopInstance().");
    }
    refuseBusyPort(port);
    VertxUIServer.getMultiSession().set(false);
    VertxUIServer.setStatsStorageProvider(null);
    LoopbackUIServer server = new LoopbackUIServer(port);
    CompletableFuture<Void> started = new CompletableFuture<>();
    Vertx vertx = Vertx.vertx();
    vertx.deployVerticle(
        server,
        result -> {
          if (result.succeeded()) {
            started.complete(null);
          } else {
            started.completeExceptionally(result.cause());
          }
        });
    try {
      started.orTimeout(START_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      // The constructor of DL4J's server has already registered it as the instance.
      stop(vertx);
      throw new IllegalStateException(
          "The training UI did not start on 127.0.0.1:"
              + port
              + " ("
              + rootMessage(e)
              + "); choose another port, or 0 for any free one.",
          e.getCause());
    }
    return new ImplicitBiasUi(server);
  }

  /**
   * Writes the newest run of a session and worker in a storage as one HTML file with the page and
   * the run in it, as far as it is recorded; it may still go on.
   *
   * @param file is replaced if it is there; it appears when it is complete
   * @throws IllegalArgumentException if the storage has no such run, or the run has no records
   * @throws IOException if the records cannot be read or the file cannot be written
   */
  public static void writePage(StatsStorage storage, String sessionId, String workerId, Path file)
      throws IOException {
    StoragePage.write(storage, sessionId, workerId, file);
  }

  /** Address of the page "Implicit bias"; the stock pages are linked from its side menu. */
  public String url() {
    return "http://127.0.0.1:" + port() + PageServer.PAGE;
  }

  /** The TCP port the server listens on. */
  public int port() {
    return server.getPort();
  }

  /** Shows what is, and will be, in a storage. A storage that is already attached is left alone. */
  public void attach(StatsStorage storage) {
    server.attach(storage);
  }

  /** Stops the server; the storages stay open. Closing twice is allowed. */
  @Override
  public void close() {
    synchronized (ImplicitBiasUi.class) {
      if (VertxUIServer.getInstance() != server) {
        return;
      }
      try {
        VertxUIServer.stopInstance();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        throw new IllegalStateException("The training UI did not stop", e);
      }
    }
  }

  private static void refuseBusyPort(int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getByName(LoopbackUIServer.ADDRESS), port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "Port " + port + " is in use; choose another port, or 0 for any free one.", e);
    }
  }

  private static void stop(Vertx vertx) {
    try {
      VertxUIServer.stopInstance();
    } catch (Exception e) {
      vertx.close();
    }
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
