package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A page on a run that is over asks rarely. */
@ExtendWith(Browser.Installed.class)
class PollingPageTest {

  private static final String BETWEEN_THE_LAST_TWO =
      "const [a, b] = performance.getEntriesByType('resource')"
          + ".filter((e) => e.name.includes('/data/progress')).slice(-2);"
          + "return b.startTime - a.startTime";

  private static int looks(Browser browser) {
    Number count =
        browser.run(
            "return performance.getEntriesByType('resource')"
                + ".filter((e) => e.name.includes('/data/progress')).length");
    return count.intValue();
  }

  @Test
  @Tag("thorough")
  void aPageAtRest_looksEveryFiveSeconds_andAtOnceWhenSomethingIsNew() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ReplayedRun run = new ReplayedRun("s", "w", 300).store(storage, 6);
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0);
        Browser browser = new Browser(1280, 900)) {
      ui.attach(storage);
      browser.open(ui.url());
      browser.await("a run", "window.implicitBias && window.implicitBias.settled");
      int begin = looks(browser);
      browser.await("looks every second", () -> looks(browser) >= begin + 3);
      // More than a minute passes.
      browser.run("const real = performance.now(); performance.now = () => real + 61000;");
      int due = looks(browser);
      // The look that is already due, the first one that is not, and the one after it.
      browser.await("looks on", () -> looks(browser) >= due + 3);
      double apart = browser.<Number>run(BETWEEN_THE_LAST_TWO).doubleValue();
      assertTrue(apart > 4_000, "looks again after " + apart + " ms");
      run.put(storage, 6);
      browser.await("the last step", "window.implicitBias.progress.lastStep === 300");
      int after = looks(browser);
      browser.await("looks every second again", () -> looks(browser) >= after + 3);
      assertEquals(List.of(), browser.console());
    }
  }
}
