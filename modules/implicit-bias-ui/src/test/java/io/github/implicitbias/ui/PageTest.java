package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A browser for all tests of a class, and a server for each. */
@ExtendWith(Browser.Installed.class)
abstract class PageTest {

  /** What each section says of panels that are left out of it. */
  static final String MISSING =
      "return [...document.querySelectorAll('.ib-missing')].map(e => e.textContent).join(' ')";

  static Browser browser;
  ImplicitBiasUi ui;

  @BeforeAll
  static void openBrowser() throws Exception {
    browser = new Browser(1500, 1100);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
      browser = null;
    }
  }

  @BeforeEach
  void startServer() {
    ui = ImplicitBiasUi.start(0);
    browser.console().clear();
    browser.requests().clear();
  }

  @AfterEach
  void stopServer() {
    if (ui != null) {
      browser.open("about:blank");
      ui.close();
    }
  }

  /** Opens the page of a storage and waits until a run is there. */
  final void show(InMemoryStatsStorage storage, String query) {
    ui.attach(storage);
    browser.open(ui.url() + query);
    browser.await("a run", "window.implicitBias && window.implicitBias.settled");
  }

  static void goTo(int step) {
    browser.run("window.implicitBias.go(arguments[0])", step);
    awaitStep(step);
  }

  static void awaitStep(long step) {
    browser.await(
        "step " + step,
        "window.implicitBias.settled && window.implicitBias.step === arguments[0]",
        step);
  }

  /** Chooses an option as a reader would, by its value or by what stands there; or types it. */
  static void pick(String field, String choice) {
    String chosen =
        "[...document.getElementById(arguments[0]).options ?? [{value: arguments[1]}]]"
            + ".find((o) => o.value === arguments[1] || o.text === arguments[1])";
    browser.await(choice, chosen, field, choice);
    browser.run(
        "const s = document.getElementById(arguments[0]); s.value = "
            + chosen
            + ".value; s.dispatchEvent(new Event('change'))",
        field,
        choice);
  }

  static void axis(String kind) {
    pick("axis", kind);
    browser.await(
        kind,
        "window.implicitBias.settled && window.implicitBias.axis.kind === arguments[0]",
        kind);
  }

  /** A number as the page writes it: 60,000 or 4.5·10⁻¹⁶. */
  static double number(String text) {
    String[] parts = text.replace(",", "").replace('−', '-').split("·10");
    if (parts.length == 1) {
      return Double.parseDouble(parts[0]);
    }
    StringBuilder exponent = new StringBuilder();
    for (char c : parts[1].toCharArray()) {
      int digit = "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c);
      exponent.append(digit < 0 ? "-" : digit);
    }
    return Double.parseDouble(parts[0] + "e" + exponent);
  }

  /** As text, because the driver's own numbers lose digits. */
  static JsonNode json(String expression) {
    try {
      return new ObjectMapper()
          .readTree(browser.<String>run("return JSON.stringify(" + expression + ")"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The console is empty, and nobody else was asked for anything. */
  final void checkNothingOdd() {
    assertEquals(List.of(), browser.console());
    assertEquals(List.of(), browser.requestsOutside("http://127.0.0.1:" + ui.port()));
  }
}
