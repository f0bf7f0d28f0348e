package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import java.util.function.Supplier;

/** The conditions that predictions about neurons share; one is judged if those before are met. */
final class TeacherConditions {

  private final Observation first;
  private final NeuronLayer neurons;
  private final Conditions conditions;

  private TeacherConditions(Observation first) {
    this.first = first;
    this.neurons = NeuronLayer.of(first);
    this.conditions =
        Conditions.ofGradientDescent(first)
            .require(
                neurons.isLayer(),
                "the network is a layer of " + neurons.count() + " ReLU neurons",
                "the network is not just one trained layer of ReLU neurons");
  }

  /** Starts with gradient descent on a network that is one layer of ReLU neurons. */
  static TeacherConditions ofNeurons(Observation first) {
    return new TeacherConditions(first);
  }

  TeacherConditions require(boolean met, String whenMet, String whenNot) {
    conditions.require(met, whenMet, whenNot);
    return this;
  }

  TeacherConditions squaredLoss() {
    if (areMet()) {
      conditions.require(
          neurons.isSquaredLoss(),
          "the loss is the squared error of the outputs",
          "the loss is not known to be the squared error of the outputs");
    }
    return this;
  }

  TeacherConditions bias() {
    if (areMet()) {
      conditions.require(
          neurons.hasBias(), "the neurons have biases", "the neurons have no biases");
    }
    return this;
  }

  /** Requires steps on F of at most 2 / (largest eigenvalue of (1/n) X^T X). */
  TeacherConditions steps() {
    if (areMet()) {
      conditions.require(
          neurons.isCurvatureAffordable(),
          "the samples are few enough to find their largest curvature",
          "the samples are too large to find their largest curvature");
    }
    if (areMet()) {
      double curvature = neurons.curvature();
      conditions.atMost(
          "the step on the half mean square, of largest curvature " + Conditions.number(curvature),
          neurons.step(first),
          2 / curvature);
    }
    return this;
  }

  TeacherConditions teacher() {
    if (areMet()) {
      conditions.require(
          neurons.teachers().length > 0,
          "the labels are those of a neuron to within " + Conditions.number(neurons.residual()),
          neurons.whyNoTeacher());
    }
    return this;
  }

  boolean areMet() {
    return conditions.areMet();
  }

  NeuronLayer neurons() {
    return neurons;
  }

  Prediction.Check check(Supplier<Prediction.Check> factory) {
    return conditions.check(factory);
  }

  /** Makes the check of a run that does not meet the conditions. */
  Prediction.Check unmet() {
    return conditions.unmet();
  }
}
