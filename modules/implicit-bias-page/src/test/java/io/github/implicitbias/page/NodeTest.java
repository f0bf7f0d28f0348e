package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NodeTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private final AtomicBoolean said = new AtomicBoolean();

  @Test
  void withoutNode_testsAreSkipped_andOneLineSaysSo() {
    assertTrue(Node.isMissing(false, false, said, out));
    assertTrue(Node.isMissing(false, false, said, out));
    assertEquals(1, printed.toString(StandardCharsets.UTF_8).lines().count());
  }

  @Test
  void nodeThatIsRequiredButMissing_isAFailure() {
    assertThrows(IllegalStateException.class, () -> Node.isMissing(false, true, said, out));
  }

  @Test
  void withNode_nothingIsSaid() {
    assertFalse(Node.isMissing(true, true, said, out));
    assertFalse(Node.isMissing(true, false, said, out));
    assertEquals(0, printed.size());
  }

  @Test
  void aVersionWithoutTheReporter_isTooOld() {
    assertTrue(Node.isNewEnough("v18.15.0"));
    assertTrue(Node.isNewEnough("v20.20.2\n"));
    assertFalse(Node.isNewEnough("v18.14.2"));
    assertFalse(Node.isNewEnough("v16.20.0"));
    assertFalse(Node.isNewEnough("something else"));
  }

  @Test
  void everyTestIsFoundByItsName_andAFailureWithWhatIsSaidOfIt() {
    List<Node.Outcome> outcomes =
        Node.read(
            List.of(
                "TAP version 13",
                "# Subtest: one is one",
                "ok 1 - one is one",
                "  ---",
                "  duration_ms: 0.5",
                "  ...",
                "# Subtest: /tests/other.test.js",
                "    # Subtest: \\# two",
                "    not ok 1 - \\# two",
                "      ---",
                "      error: 'Expected 2'",
                "      ...",
                "    1..1",
                "ok 2 - /tests/other.test.js",
                "not ok 3 - /tests/broken.test.js",
                "  ---",
                "  error: 'SyntaxError'",
                "  ..."));
    assertEquals(
        List.of("one is one", "# two", "/tests/broken.test.js"),
        outcomes.stream().map(outcome -> outcome.name).collect(Collectors.toList()));
    assertNull(outcomes.get(0).failure);
    assertTrue(outcomes.get(1).failure.contains("Expected 2"), outcomes.get(1).failure);
    assertTrue(outcomes.get(2).failure.contains("SyntaxError"), outcomes.get(2).failure);
    assertFalse(outcomes.get(1).failure.contains("SyntaxError"));
  }
}
