package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.List;
import java.util.function.Consumer;

/** Predictions about neurons that learn a neuron, and what they say of changed runs. */
abstract class TeacherRuns {

  static final Prediction DISTANCE = new TeacherDistanceNeverIncreases();
  static final Prediction LOSS = new LossNeverIncreases();
  static final Prediction SUCCESS = new LossBelowZeroNeuronSucceeds();
  static final Prediction DEAD = new DeadNeuronsStayDead();
  static final Prediction FAILURES = new FailuresApproachTheZeroNeuron();

  static List<Prediction> all() {
    return Predictions.teacher();
  }

  /** Those that are about the squared error. */
  static List<Prediction> ofSquares() {
    return List.of(DISTANCE, LOSS, SUCCESS, FAILURES);
  }

  static Verdict changed(Prediction prediction, Consumer<Sphere> change) {
    Sphere sphere = new Sphere();
    change.accept(sphere);
    return Sphere.first(prediction, sphere.build());
  }

  static Verdict withNet(Prediction prediction, Consumer<PlainStack> change) {
    PlainStack net = new Sphere().build();
    change.accept(net);
    return Sphere.first(prediction, net);
  }

  static void notApplicable(String reason, Verdict verdict) {
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state(), verdict::toString);
    assertTrue(verdict.detail().contains(reason), verdict::detail);
  }

  static void holds(Verdict verdict) {
    assertEquals(Verdict.State.HOLDS, verdict.state(), verdict::toString);
  }
}
