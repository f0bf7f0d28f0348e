package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What holds where training rests: sharpness, flatness of the mean output, norms of layers. */
class RestPredictionsTest {

  private final Prediction stable = new RestIsStable();
  private final Prediction flat = new FlatRest();
  private final Prediction equal = new LayerNormsEqualAtRest();

  private static Ordinary fitted(long seed) {
    Ordinary run = new Ordinary(seed).numbers(6);
    run.units = 20;
    run.hiddenBias = true;
    run.rate = 0.05;
    return run;
  }

  private static Verdict reached(Prediction prediction, PlainStack net, int steps) {
    net.observe();
    Prediction.Check check = prediction.start(net);
    Verdict verdict = check.judge(net);
    assertTrue(Absent.is(verdict.measured()), "nothing is judged at the start: " + verdict);
    while (net.step() < steps && verdict.state() == Verdict.State.HOLDS) {
      net.descend();
      net.observe();
      verdict = check.judge(net);
    }
    return verdict;
  }

  @Test
  void whereARegressionRests_itIsStable_andFlat() {
    for (double momentum : new double[] {0, 0.8}) {
      PlainStack net = fitted(1).build();
      net.train(momentum, 0);
      Verdict at = reached(stable, net, 60_000);
      assertEquals(Verdict.State.REACHED, at.state(), momentum + ": " + at);
      assertEquals(2 * (1 + momentum) / (1 + 2 * momentum), at.bound(), 1e-15);
      assertTrue(at.measured() > 0.05 && at.measured() < at.bound(), "" + at.measured());
      net = fitted(1).build();
      net.train(momentum, 0);
      at = reached(flat, net, 60_000);
      assertEquals(Verdict.State.REACHED, at.state(), momentum + ": " + at);
      double below = Double.parseDouble(at.detail().replaceAll(".* = (\\S+) below it", "$1"));
      assertTrue(below > 0 && below <= at.measured() * (1 + 1e-5), at + " " + at.measured());
    }
  }

  @Test
  void aClassifierWithL2_rests_andItsLayersHaveEqualNorms() {
    int equalNorms = 0;
    int rests = 0;
    for (long seed = 1; seed <= 4; seed++) {
      Ordinary run = new Ordinary(seed);
      run.hiddenLayers = seed == 3 ? 2 : 1;
      run.hiddenBias = seed > 2;
      // Units that chatter at their kink never rest; linear ones do.
      run.slope = seed == 1 ? 0 : 1;
      run.rate = 0.3;
      PlainStack net = run.build();
      net.train(0.5, 0.02);
      Verdict at = reached(equal, net, 3_000);
      if (at.state() != Verdict.State.HOLDS) {
        assertEquals(Verdict.State.REACHED, at.state(), seed + ": " + at);
        assertTrue(at.measured() >= 1 && at.measured() <= 1.006, seed + ": " + at.measured());
        equalNorms++;
      }
      net = run.build();
      net.train(0.5, 0.02);
      at = reached(stable, net, 3_000);
      if (at.state() != Verdict.State.HOLDS) {
        assertEquals(Verdict.State.REACHED, at.state(), seed + ": " + at);
        // The l2 is in the Hessian.
        assertTrue(at.measured() >= 0.3 * 0.02, seed + ": " + at.measured());
        rests++;
      }
    }
    assertTrue(equalNorms >= 3 && rests >= 3, equalNorms + " and " + rests + " of 4");
  }

  private static String said(
      Prediction prediction, Ordinary run, double lambda, Consumer<PlainStack> of) {
    PlainStack net = run.build();
    net.train(0, lambda);
    of.accept(net);
    Verdict last = Ordinary.run(net, prediction, 10);
    assertEquals(Verdict.State.NOT_APPLICABLE, last.state(), last.toString());
    return last.detail();
  }

  @Test
  void withoutOneCondition_theyDoNotApply() {
    for (Prediction each : new Prediction[] {stable, flat, equal}) {
      double lambda = each == equal ? 0.01 : 0;
      String batch = said(each, fitted(1), lambda, net -> net.setFullBatch(false));
      assertTrue(batch.contains("other samples than the probe"), batch);
      String mover = said(each, fitted(1), lambda, net -> net.setOtherMover("it was set"));
      assertTrue(mover.contains("it was set"), mover);
      String sums = said(each, fitted(1), lambda, net -> net.setDividesByBatch(false));
      assertTrue(sums.contains("sums over the batch"), sums);
      String penalty = said(each, fitted(1), 0, net -> net.setRegularized(true));
      assertTrue(penalty.contains("regularization"), penalty);
      if (each != equal) {
        String updater = said(each, fitted(1), 0, net -> net.setPlainSgd(false));
        assertTrue(updater.contains("not trained by SGD or Nesterov"), updater);
      }
    }
    String l2 = said(flat, fitted(1), 0.01, net -> {});
    assertTrue(l2.contains("regularization"), l2);
    String classes = said(flat, new Ordinary(1), 0, net -> {});
    assertTrue(classes.contains("not known to have one output and a squared error"), classes);
    String without = said(equal, fitted(1), 0, net -> {});
    assertTrue(without.contains("no l2 of the weights"), without);
    Ordinary single = new Ordinary(1);
    single.hiddenLayers = 0;
    String layers = said(equal, single, 0.01, net -> {});
    assertTrue(layers.contains("a single layer"), layers);
    Ordinary curved = new Ordinary(1).numbers(6);
    curved.loss = new WithoutCurvature();
    String unknown = said(stable, curved, 0, net -> {});
    assertTrue(unknown.contains("the second derivative of the loss is not known"), unknown);
  }

  /** Squared error that does not know its second derivative. */
  private static final class WithoutCurvature implements PerSampleLoss {
    private final Families.Squares whole = new Families.Squares(2);

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      return whole.value(z, y, offset, outputs);
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      whole.derivative(z, y, offset, outputs, into);
    }

    @Override
    public double kappa(int outputs) {
      return 2;
    }
  }

  @Test
  void aRateThatIsNotTheOneTrainedWith_isFound() {
    // Trained at a hundredth of the rate that the run says: it rests where that rate could not.
    for (Prediction each : new Prediction[] {stable, flat}) {
      Ordinary run = fitted(2);
      run.rate = 5;
      PlainStack net = run.build();
      net.observe();
      Prediction.Check check = each.start(net);
      Verdict verdict = check.judge(net);
      for (int step = 0; step < 60_000 && verdict.state() == Verdict.State.HOLDS; step++) {
        net.setLearningRate(0.05);
        net.descend();
        net.setLearningRate(5);
        net.observe();
        verdict = check.judge(net);
      }
      assertEquals(Verdict.State.VIOLATED, verdict.state(), each.id() + ": " + verdict);
    }
  }

  @Test
  void aPlateau_isNoRest() {
    Rest rest = new Rest();
    assertFalse(rest.isAt(0, 1, 0.1));
    assertFalse(rest.isAt(50, 1e-8, 0.1), "nothing is known of 100 steps before");
    assertTrue(rest.isAt(100, 1e-8, 0.1));
    Rest rising = new Rest();
    rising.isAt(0, 1e-9, 0.1);
    rising.isAt(100, 1, 0.1);
    assertFalse(rising.isAt(200, 2e-7, 0.1), "more than 1e-7 of the largest");
    assertTrue(rising.isAt(300, 9e-8, 0.1));
    assertFalse(rising.isAt(301, 9e-8, 0.2), "at a new rate");
  }
}
