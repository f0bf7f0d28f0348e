package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConflictingLabelsFloorTest {

  private final ConflictingLabelsFloor prediction = new ConflictingLabelsFloor();

  /** The floor of a linear model at its first record. */
  private double floor(PerSampleLoss loss, int n, double[] x, double... y) {
    int outputs = y.length / n;
    PlainStack net =
        PlainStack.builder(new Probe(n, x, y, null), loss, 0.1)
            .output(outputs, new double[outputs * x.length / n], null)
            .build();
    net.observe();
    return prediction.start(net).judge(net).bound();
  }

  @Test
  void floors_areThoseOfTheReference() {
    Ordinary.SoftmaxCrossEntropy softmax = new Ordinary.SoftmaxCrossEntropy();
    // The cases of reference/label_floor.json.
    assertEquals(
        0.34657359027997264,
        floor(softmax, 4, new double[] {1, 0, 1, 0, 0, 1, 2, 2}, 1, 0, 0, 1, 1, 0, 0, 1),
        1e-15);
    assertEquals(
        0.4773856262211096,
        floor(softmax, 4, new double[] {1, 1, 1, 2}, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
        1e-15);
    assertEquals(
        0.39439769144744274,
        floor(softmax, 2, new double[] {1, 2}, 0.9, 0.05, 0.05, 0.05, 0.9, 0.05),
        1e-15);
    assertEquals(
        0.6931471805599453,
        floor(new Ordinary.SigmoidCrossEntropy(), 2, new double[] {1, 1}, 1, 0, 1, 1),
        1e-15);
    assertEquals(
        0.6666666666666666,
        floor(new Families.Squares(2), 3, new double[] {1, 1, 3}, 0, 2, 5),
        1e-15);
  }

  @Test
  void aClassifierOfConflictingLabels_comesToTheFloor_andNoLower() {
    Ordinary run = new Ordinary(1).conflicting();
    run.rate = 0.5;
    run.units = 30;
    Verdict last = Ordinary.run(run.build(), prediction, 5_000);
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
    assertTrue(last.measured() >= last.bound(), last.measured() + " " + last.bound());
  }

  @Test
  void regression_comesToTheFloor() {
    Ordinary run = new Ordinary(2).numbers(8).conflicting();
    run.units = 30;
    Verdict last = Ordinary.run(run.build(), prediction, 20_000);
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
  }

  @Test
  void whatSeesMoreThanTheRow_isFound() {
    // The network sees a number more per row than the probe shows: like a mask drawn per row.
    Ordinary seen = new Ordinary(3).conflicting();
    Ordinary shown = new Ordinary(3).conflicting();
    for (int i = 0; i < seen.samples; i++) {
      seen.x[i * seen.inputs] += i;
    }
    seen.rate = 0.05;
    seen.units = 40;
    Probe probe = new Probe(shown.samples, shown.x, shown.y, null);
    PlainStack net = seen.build();
    net.observe();
    Shown observation = new Shown(net, probe);
    var check = prediction.start(observation);
    Verdict verdict = check.judge(observation);
    for (int step = 0; step < 20_000 && verdict.state() != Verdict.State.VIOLATED; step++) {
      net.descend();
      net.observe();
      verdict = check.judge(observation);
    }
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict.toString());
    assertTrue(verdict.detail().contains("not a function of the row"), verdict.detail());
  }

  @Test
  void withoutConflicts_withoutAKnownLoss_orWithMasks_itDoesNotApply() {
    Ordinary sure = new Ordinary(4);
    String said = Ordinary.run(sure.build(), prediction, 1).detail();
    assertTrue(said.contains("no two equal rows have different labels"), said);
    Ordinary strange = new Ordinary(4).conflicting();
    strange.outputs = 1;
    strange.y = new double[strange.samples];
    Arrays.fill(strange.y, 0, 5, 1);
    for (int i = 0; i < strange.samples; i++) {
      strange.y[i] = strange.y[i] == 1 ? 1 : -1;
    }
    strange.loss = new Families.Tail(false);
    said = Ordinary.run(strange.build(), prediction, 1).detail();
    assertTrue(said.contains("is not known to be"), said);
    strange.loss = new Families.Tail(true);
    assertNotEquals(
        Verdict.State.NOT_APPLICABLE, Ordinary.run(strange.build(), prediction, 1).state());
    Ordinary masked = new Ordinary(4).conflicting();
    PlainStack net = masked.build();
    net.observe();
    double[] mask = new double[masked.samples];
    Arrays.fill(mask, 1);
    Probe probe =
        new Probe(
            List.of(new SampleArray(new int[] {masked.samples, masked.inputs}, masked.x)),
            List.of(new SampleArray(new int[] {masked.samples, masked.outputs}, masked.y)),
            null,
            List.of(new SampleArray(new int[] {masked.samples, 1}, mask)),
            null);
    Shown observation = new Shown(net, probe);
    said = prediction.start(observation).judge(observation).detail();
    assertTrue(said.contains("without masks"), said);
  }

  @Test
  void rowsThatDifferInOneBit_areDifferent() {
    double[] x = {1, 1, Math.nextUp(1.0), 1, 0, -0.0};
    Probe probe = new Probe(3, x, new double[3], null);
    assertEquals(3, new EqualFeatures(probe).groups());
    double[] same = {1, 0, 1, -0.0, 0, 0};
    assertEquals(2, new EqualFeatures(new Probe(3, same, new double[3], null)).groups());
  }
}
