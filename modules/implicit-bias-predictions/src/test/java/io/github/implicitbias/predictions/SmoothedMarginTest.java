package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SmoothedMarginTest {

  private final SmoothedMarginNeverDecreases prediction = new SmoothedMarginNeverDecreases();

  static String reference() {
    return ReferenceFile.text("smoothed_margin.json");
  }

  /** Returns the numbers after a key, up to the next key. */
  private static double[] numbers(String text, String key) {
    int from = text.indexOf("\"" + key + "\"") + key.length() + 3;
    int to = text.indexOf('"', from);
    List<Double> found = new ArrayList<>();
    Matcher number =
        Pattern.compile("-?\\d+(\\.\\d+)?(e-?\\d+)?")
            .matcher(text.substring(from, to < 0 ? text.length() : to));
    while (number.find()) {
      found.add(Double.valueOf(number.group()));
    }
    return found.stream().mapToDouble(Double::doubleValue).toArray();
  }

  static PlainStack referenceRun(String text) {
    double[] x = numbers(text, "X");
    double[] labels = numbers(text, "labels");
    double[] y = new double[labels.length * 3];
    for (int i = 0; i < labels.length; i++) {
      y[3 * i + (int) labels[i]] = 1;
    }
    return PlainStack.builder(
            new Probe(labels.length, x, y, null),
            new Ordinary.SoftmaxCrossEntropy(),
            numbers(text, "rate")[0])
        .hidden("hidden", 5, 0, numbers(text, "W1"), null)
        .output(3, numbers(text, "W2"), null)
        .build();
  }

  @Test
  void boundAndChange_areThoseOfTheReference() throws IOException {
    String text = reference();
    PlainStack net = referenceRun(text);
    net.observe();
    var check = prediction.start(net);
    Verdict verdict = check.judge(net);
    int compared = 0;
    String[] rows = text.substring(text.indexOf("\"rows\"")).split("\\{");
    for (int row = 1; row < rows.length; row++) {
      int step = (int) numbers(rows[row], "step")[0];
      while (net.step() < step) {
        net.descend();
        net.observe();
        verdict = check.judge(net);
      }
      assertEquals(numbers(rows[row], "S")[0], 6 * net.loss(), 1e-12 * 6 * net.loss());
      if (rows[row].contains("lowerBound")) {
        double change = numbers(rows[row], "change")[0];
        double bound = numbers(rows[row], "lowerBound")[0];
        assertEquals(change, verdict.measured(), 1e-10);
        assertEquals(bound, verdict.bound(), 1e-12);
        assertTrue(verdict.measured() >= verdict.bound());
        compared++;
      }
    }
    assertEquals(7, compared);
    assertTrue(verdict.detail().startsWith("rho was 0.9"), verdict.detail());
    assertEquals(Verdict.State.HOLDS, verdict.state());
  }

  @Test
  void itHolds_forOneToThreeLayers_andOneLogisticOutput() {
    for (int layers = 0; layers <= 2; layers++) {
      Ordinary run = new Ordinary(7);
      run.hiddenLayers = layers;
      run.hiddenBias = layers == 1;
      run.slope = layers == 2 ? 0.1 : 0;
      Verdict last = Ordinary.run(run.build(), prediction, 4_000);
      assertEquals(Verdict.State.HOLDS, last.state(), layers + ": " + last);
      assertTrue(last.measured() >= last.bound(), layers + ": " + last.measured());
    }
    Ordinary one = new Ordinary(8);
    one.outputs = 2;
    one.classes(10);
    one.outputs = 1;
    one.y = new double[10];
    for (int i = 0; i < 10; i += 2) {
      one.y[i] = 1;
    }
    one.loss = new Ordinary.SigmoidCrossEntropy();
    Verdict last = Ordinary.run(one.build(), prediction, 4_000);
    assertEquals(Verdict.State.HOLDS, last.state(), last.toString());
    assertTrue(last.measured() > 0, "measured " + last.measured());
  }

  private String said(Consumer<Ordinary> change, Consumer<PlainStack> of) {
    Ordinary run = new Ordinary(7);
    change.accept(run);
    PlainStack net = run.build();
    of.accept(net);
    Verdict last = Ordinary.run(net, prediction, 2_000);
    assertEquals(Verdict.State.NOT_APPLICABLE, last.state(), last.toString());
    return last.detail();
  }

  @Test
  void withoutOneCondition_itDoesNotApply() {
    String biases = said(run -> run.outputBias = true, net -> {});
    assertTrue(biases.contains("a layer above the first has biases"), biases);
    String loss = said(run -> run.loss = new Families.Squares(2), net -> {});
    assertTrue(loss.contains("is not known to be a cross entropy"), loss);
    String smooth = said(run -> soften(run.y), net -> {});
    assertTrue(smooth.contains("one class per sample"), smooth);
    String momentum = said(run -> {}, net -> net.train(0.9, 0));
    assertTrue(momentum.contains("another updater"), momentum);
    String decay = said(run -> {}, net -> net.train(0, 1e-3));
    assertTrue(decay.contains("regularization"), decay);
    String batch = said(run -> {}, net -> net.setFullBatch(false));
    assertTrue(batch.contains("other samples than the probe"), batch);
    String sums = said(run -> {}, net -> net.setDividesByBatch(false));
    assertTrue(sums.contains("sums over the batch"), sums);
    String mover = said(run -> {}, net -> net.setOtherMover("the parameters were set"));
    assertTrue(mover.contains("the parameters were set"), mover);
  }

  private static void soften(double[] y) {
    for (int k = 0; k < y.length; k++) {
      y[k] = 0.9 * y[k] + 0.1 / 3;
    }
  }

  @Test
  void aStepThatIsTooLong_endsIt_withRho() {
    int ended = 0;
    for (long seed = 1; seed <= 20; seed++) {
      Ordinary run = new Ordinary(seed);
      run.hiddenLayers = 2;
      run.scale = 1;
      run.rate = 0.3;
      // Close classes: the weights are long when the last samples come over.
      for (int k = 0; k < run.x.length; k++) {
        run.x[k] += 0.7 * run.gaussian();
      }
      Verdict last = Ordinary.run(run.build(), prediction, 1_000);
      if (last.state() == Verdict.State.NOT_APPLICABLE) {
        ended++;
        assertTrue(last.detail().startsWith("step too long: "), last.detail());
        assertTrue(last.detail().contains("rho is -"), last.detail());
      }
    }
    assertTrue(ended > 0, ended + " of 20");
  }

  @Test
  void momentumThatIsHidden_isFound() {
    int found = 0;
    for (long seed = 1; seed <= 6; seed++) {
      Ordinary run = new Ordinary(seed);
      run.rate = 0.3;
      PlainStack net = run.build();
      net.train(0.9, 0);
      net.setPlainSgd(true);
      Verdict last = Ordinary.run(net, prediction, 3_000);
      found += last.state() == Verdict.State.VIOLATED ? 1 : 0;
    }
    assertTrue(found > 0, found + " of 6");
  }
}
