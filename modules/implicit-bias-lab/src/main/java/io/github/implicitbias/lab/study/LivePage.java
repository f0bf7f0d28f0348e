package io.github.implicitbias.lab.study;

import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.ui.ImplicitBiasUi;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** The training UI of a sample. */
public final class LivePage implements AutoCloseable {

  /** The stock pages draw at most so many points. */
  private static final int STOCK_POINTS = 512;

  /** Of one of many runs they show little more than that it is there. */
  private static final int FEW_POINTS = 10;

  /** The page draws at most so many runs over another. */
  private static final int MOST_COMPARED = 7;

  /** The name of the only worker of a run. */
  private static final String WORKER = "worker-0";

  private final ImplicitBiasUi ui;
  private final PrintWriter out;
  private final StatsStorage storage = new InMemoryStatsStorage();
  private int points = STOCK_POINTS;

  private LivePage(ImplicitBiasUi ui, PrintWriter out) {
    this.ui = ui;
    this.out = out;
  }

  /**
   * Starts the UI and says where it is.
   *
   * @param port 0 for any free one
   * @throws InputException if the port is busy
   */
  public static LivePage open(int port, PrintWriter out) {
    ImplicitBiasUi ui;
    try {
      ui = ImplicitBiasUi.start(port);
    } catch (IllegalStateException e) {
      throw new InputException("--port " + port + ": " + e.getMessage(), e);
    }
    LivePage page = new LivePage(ui, out);
    ui.attach(page.storage);
    out.println("Open " + ui.url() + " in a browser.");
    return page;
  }

  /** Returns where the runs that are shown are recorded. */
  public StatsStorage storage() {
    return storage;
  }

  /** Expects dozens of runs. */
  public void expectManyRuns() {
    points = FEW_POINTS;
  }

  /** Returns DL4J's own listener, so that the stock pages show the run too. */
  public StatsListener statsListener(int steps, String session) {
    StatsListener listener = new StatsListener(storage, Math.max(1, steps / points));
    listener.setSessionID(session);
    return listener;
  }

  /** Says where runs lie over one another. */
  public void offerComparison(List<String> sessions) {
    if (sessions.size() > 1) {
      out.println("To compare the runs:");
      out.println(comparison(ui.url(), sessions));
    }
  }

  /** Returns the address at which the first run is shown, and the next are drawn over it. */
  public static String comparison(String url, List<String> sessions) {
    StringBuilder address =
        new StringBuilder(url).append("?session=").append(encoded(sessions.get(0)));
    for (String other : sessions.subList(1, Math.min(sessions.size(), 1 + MOST_COMPARED))) {
      // The page encodes the parts of a name, then the address as a whole.
      address.append("&compare=").append(encoded(encoded(other))).append("~").append(WORKER);
    }
    return address.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Keeps the page up until the program is interrupted. */
  public void stayOpen() {
    out.println("Training is done. The page stays at " + ui.url() + " until you press Ctrl-C.");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ui.close();
  }
}
