package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConvexLossTest {

  private final ConvexLossNeverRises prediction = new ConvexLossNeverRises();

  private static Ordinary linear(long seed) {
    Ordinary run = new Ordinary(seed);
    run.hiddenLayers = 0;
    run.outputBias = true;
    run.rate = 0.05;
    return run;
  }

  @Test
  void everyStepFalls_asFarAsItMust() {
    for (double lambda : new double[] {0, 0.01}) {
      for (int kind = 0; kind < 3; kind++) {
        Ordinary run = linear(3 + kind);
        if (kind == 1) {
          run.loss = new Ordinary.SigmoidCrossEntropy();
        } else if (kind == 2) {
          run.numbers(9);
        }
        PlainStack net = run.build();
        net.train(0, lambda);
        Verdict last = Ordinary.run(net, prediction, 300);
        assertEquals(Verdict.State.HOLDS, last.state(), kind + ": " + last);
        assertTrue(last.measured() <= last.bound() * (1 + 1e-12), kind + ": " + last.measured());
        assertTrue(last.measured() < 0.9 * firstLoss(run, lambda), kind + ": " + last.measured());
      }
    }
  }

  private double firstLoss(Ordinary run, double lambda) {
    PlainStack net = run.build();
    net.train(0, lambda);
    net.observe();
    return net.loss();
  }

  private String said(Consumer<Ordinary> change, Consumer<PlainStack> of) {
    Ordinary run = linear(3);
    change.accept(run);
    PlainStack net = run.build();
    of.accept(net);
    Verdict last = Ordinary.run(net, prediction, 20);
    assertEquals(Verdict.State.NOT_APPLICABLE, last.state(), last.toString());
    return last.detail();
  }

  @Test
  void withoutOneCondition_itDoesNotApply() {
    String deep = said(run -> run.hiddenLayers = 1, net -> {});
    assertTrue(deep.contains("not only the output layer is trained"), deep);
    String rate = said(run -> run.rate = 4, net -> {});
    assertTrue(rate.contains("learning rate is 4, should be at most"), rate);
    String later = said(run -> {}, net -> net.setLearningRate(3));
    assertTrue(later.contains("learning rate is 3, should be at most"), later);
    String momentum = said(run -> {}, net -> net.train(0.5, 0));
    assertTrue(momentum.contains("not trained by plain SGD"), momentum);
    String penalty = said(run -> {}, net -> net.setRegularized(true));
    assertTrue(penalty.contains("regularization"), penalty);
    String batch = said(run -> {}, net -> net.setFullBatch(false));
    assertTrue(batch.contains("other samples than the probe"), batch);
    String loss = said(run -> run.loss = new Families.Tail(false), net -> {});
    assertTrue(loss.contains("is not known to be"), loss);
  }

  @Test
  void aRateThatIsTooLarge_andHidden_isFound() {
    int found = 0;
    for (long seed = 1; seed <= 10; seed++) {
      Ordinary run = linear(seed);
      PlainStack net = run.build();
      Verdict last =
          Ordinary.run(
              net,
              prediction,
              200,
              step -> {
                // Trains at a rate of 8 and is shown one of 0.05.
                net.setLearningRate(8);
                net.descend();
                net.setLearningRate(0.05);
              });
      found += last.state() == Verdict.State.VIOLATED ? 1 : 0;
    }
    assertTrue(found >= 5, found + " of 10");
  }

  @Test
  void momentumThatIsHidden_isFound() {
    int found = 0;
    for (long seed = 1; seed <= 10; seed++) {
      Ordinary run = linear(seed).numbers(12);
      run.hiddenLayers = 0;
      run.rate = 0.3;
      PlainStack net = run.build();
      net.train(0.95, 0);
      net.setPlainSgd(true);
      Verdict last = Ordinary.run(net, prediction, 300);
      found += last.state() == Verdict.State.VIOLATED ? 1 : 0;
    }
    assertTrue(found >= 5, found + " of 10");
  }
}
