package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Models of the kinds that people train with DL4J, a few steps each: every one has a run, and a
 * sentence that says what is recorded, and why something is not.
 */
class TrainedModelsTest {

  /** A way of training that is watched. */
  interface Training {
    void train(ImplicitBiasListener bias) throws Exception;
  }

  /** A kind of model: its probe, how it is trained, and what is true of it. */
  static final class Kind {
    final String name;
    final ListenerBuilder builder;
    final Training training;
    final List<String> tracked;
    final List<String> said;
    boolean hasLoss = true;

    Kind(
        String name,
        ListenerBuilder builder,
        Training training,
        List<String> tracked,
        String... said) {
      this.name = name;
      this.builder = builder;
      this.training = training;
      this.tracked = tracked;
      this.said = List.of(said);
    }

    Kind withoutLoss() {
      hasLoss = false;
      return this;
    }
  }

  @TestFactory
  List<DynamicTest> everyKindOfModel_hasARun_andATrueSentence() {
    List<Kind> kinds = new ArrayList<>();
    kinds.addAll(PlainModels.kinds());
    kinds.addAll(SequenceModels.kinds());
    kinds.addAll(GraphModels.kinds());
    assertTrue(kinds.size() >= 25, "only " + kinds.size());
    List<DynamicTest> tests = new ArrayList<>();
    for (Kind kind : kinds) {
      tests.add(DynamicTest.dynamicTest(kind.name, () -> check(kind)));
    }
    return tests;
  }

  private static void check(Kind kind) throws Exception {
    ImplicitBiasListener bias = kind.builder.build();
    assertTrue(bias.status().startsWith("Nothing is recorded: no training was heard"));
    assertEquals(0, bias.run().size());
    kind.training.train(bias);
    bias.close();
    Run run = bias.run();
    String status = bias.status();
    assertTrue(run.size() >= 2, status);
    assertEquals(Map.of(), bias.failures(), status);
    List<String> tracked = new ArrayList<>();
    for (TrackedLayer layer : run.header().layers()) {
      tracked.add(layer.name());
      assertTrue(status.contains(layer.toString()), status);
    }
    assertEquals(kind.tracked, tracked, status);
    for (String said : kind.said) {
      assertTrue(status.contains(said), said + " is not in: " + status);
    }
    assertEquals(status, "Recorded " + run.header().provenance().get("recorded") + ".");
    assertFalse(status.contains("no layer has a kink") && !tracked.isEmpty(), status);
    double loss = run.value("loss", run.firstStep());
    assertEquals(kind.hasLoss, Double.isFinite(loss) && !Absent.is(loss), status);
    assertTrue(run.value("parameterNorm", run.firstStep()) > 0, status);
    if (tracked.isEmpty()) {
      assertTrue(status.contains("; no units, because "), status);
    }
  }

  /** Trains by calls of fit. */
  static Training fit(Model model, int times, Runnable step) {
    return bias -> {
      model.addListeners(bias);
      for (int i = 0; i < times; i++) {
        step.run();
      }
    };
  }
}
