package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tests in {@code src/test/js}, each by its name, run by Node.js. */
class JavaScriptTest {

  private static final Path TESTS = Path.of("src", "test", "js");
  private static final AtomicBoolean SAID = new AtomicBoolean();

  @TestFactory
  Stream<DynamicTest> scripts() throws Exception {
    Node node = Node.installed();
    boolean required =
        Boolean.parseBoolean(System.getProperty(Node.REQUIRE, System.getenv(Node.REQUIRE)));
    assumeFalse(Node.isMissing(node != null, required, SAID, System.out), "no Node.js");
    List<Node.Outcome> outcomes = node.test(TESTS);
    assertTrue(outcomes.size() > 100, "Only " + outcomes.size() + " tests were found");
    return outcomes.stream()
        .map(
            outcome ->
                DynamicTest.dynamicTest(
                    outcome.name,
                    () -> {
                      if (outcome.failure != null) {
                        fail(outcome.name + "\n" + outcome.failure);
                      }
                    }));
  }
}
