package io.github.implicitbias.core.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConditionsTest {

  private static final PerSampleLoss LOSS =
      new PerSampleLoss() {
        @Override
        public double value(double[] z, double[] y, int offset, int outputs) {
          return (z[offset] - y[offset]) * (z[offset] - y[offset]) / 2;
        }

        @Override
        public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
          into[offset] = z[offset] - y[offset];
        }

        @Override
        public double kappa(int outputs) {
          return 1;
        }
      };

  private static PlainStack net() {
    Probe probe = new Probe(2, new double[] {1, 0, 0, 1}, new double[] {1, -1}, null);
    PlainStack net =
        PlainStack.builder(probe, LOSS, 0.1).neurons(1, 0, new double[] {1, 1}, null).build();
    net.observe();
    return net;
  }

  private static Verdict afterChange(Consumer<PlainStack> change) {
    PlainStack net = net();
    change.accept(net);
    Prediction.Check check =
        Conditions.ofGradientDescent(net).check(() -> observation -> Verdict.holds(1, 2));
    return check.judge(net);
  }

  @Test
  void eachConditionOfGradientDescent_isNeeded() {
    assertEquals(Verdict.State.HOLDS, afterChange(net -> {}).state());
    assertEquals(
        "not applicable: trained by another updater than plain SGD",
        afterChange(net -> net.setPlainSgd(false)).toString());
    assertEquals(
        "some layers or biases have a learning rate of their own",
        afterChange(net -> net.setOneLearningRate(false)).detail());
    assertEquals(
        "some step has trained on other samples than the probe",
        afterChange(net -> net.setFullBatch(false)).detail());
    assertEquals(
        "there is regularization, dropout or a constraint",
        afterChange(net -> net.setRegularized(true)).detail());
    assertEquals(
        "gradients are sums over the batch",
        afterChange(net -> net.setDividesByBatch(false)).detail());
    assertEquals(
        "observed from step 1 on, not from the first",
        afterChange(
                net -> {
                  net.descend();
                  net.observe();
                })
            .detail());
  }

  @Test
  void severalReasons_areAllTold_andConditionsKeepTheirOrder() {
    Conditions conditions =
        Conditions.none()
            .atMost("cosine", 0.25, 1e-12)
            .atLeast("width", 3, 2)
            .atMost("rate", Double.NaN, 1);
    assertFalse(conditions.areMet());
    assertEquals(
        "[not met: cosine is 0.25, should be at most 1e-12, met: width is 3, at least 2,"
            + " not met: rate is not known, should be at most 1]",
        conditions.list().toString());
    Prediction.Check check =
        conditions.check(
            () -> {
              throw new AssertionError("not to be made");
            });
    assertEquals(3, check.conditions().size());
    assertEquals(
        "cosine is 0.25, should be at most 1e-12; rate is not known, should be at most 1",
        check.judge(net()).detail());
  }

  @Test
  void whoeverGoesOverToOtherBatches_isNoLongerJudged() {
    PlainStack net = net();
    Prediction.Check check =
        Conditions.ofGradientDescent(net).check(() -> observation -> Verdict.holds(1, 2));
    assertEquals(Verdict.State.HOLDS, check.judge(net).state());
    net.descend();
    net.observe();
    net.setFullBatch(false);
    assertEquals(Verdict.State.NOT_APPLICABLE, check.judge(net).state());
    assertTrue(check.judge(net).detail().contains("before step 1"));
    net.setFullBatch(true);
    assertEquals(Verdict.State.NOT_APPLICABLE, check.judge(net).state());
  }

  @Test
  void aMeasurementThatIsNoNumber_isNoViolation() {
    PlainStack net = net();
    Prediction.Check check =
        Conditions.none().check(() -> observation -> Verdict.violated(Double.NaN, 0, "broken"));
    assertEquals("what is measured is not a number at step 0", check.judge(net).detail());
  }

  @Test
  void numbers_haveSixDigits() {
    assertEquals("0", Conditions.number(0));
    assertEquals("0.333333", Conditions.number(1.0 / 3));
    assertEquals("1234570", Conditions.number(1234567));
    assertEquals("1.23457e7", Conditions.number(12345678));
    assertEquals("-2.5e-7", Conditions.number(-2.5e-7));
    assertEquals("0.00012", Conditions.number(1.2e-4));
    assertEquals("Infinity", Conditions.number(Double.POSITIVE_INFINITY));
  }

  @Test
  void textsOfSeveralLines_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Condition(true, "a\nb"));
    assertThrows(IllegalArgumentException.class, () -> new Condition(true, ""));
  }
}
