package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DistanceBoundedByLossTest {

  private final Prediction prediction = new DistanceBoundedByLoss();

  @Test
  void theDistance_isPaidForByTheLoss_withAndWithoutL2() {
    for (double lambda : new double[] {0, 0.02}) {
      for (int layers = 0; layers <= 2; layers++) {
        Ordinary run = new Ordinary(3 + layers);
        run.hiddenLayers = layers;
        run.hiddenBias = true;
        run.outputBias = true;
        run.rate = 0.05;
        PlainStack net = run.build();
        net.train(0, lambda);
        Verdict last = Ordinary.run(net, prediction, 500);
        assertEquals(Verdict.State.HOLDS, last.state(), layers + ": " + last);
        assertTrue(last.measured() > 0.01 * last.bound(), layers + ": " + last.measured());
        assertTrue(last.measured() < last.bound(), layers + ": " + last.measured());
      }
    }
  }

  private String said(Consumer<Ordinary> change, Consumer<PlainStack> of) {
    Ordinary run = new Ordinary(4);
    change.accept(run);
    PlainStack net = run.build();
    of.accept(net);
    Verdict last = Ordinary.run(net, prediction, 100);
    assertEquals(Verdict.State.NOT_APPLICABLE, last.state(), last.toString());
    return last.detail();
  }

  @Test
  void withoutOneCondition_itDoesNotApply() {
    String momentum = said(run -> {}, net -> net.train(0.5, 0));
    assertTrue(momentum.contains("not trained by plain SGD"), momentum);
    String penalty = said(run -> {}, net -> net.setRegularized(true));
    assertTrue(penalty.contains("regularization"), penalty);
    String batch = said(run -> {}, net -> net.setFullBatch(false));
    assertTrue(batch.contains("other samples than the probe"), batch);
    String mover = said(run -> {}, net -> net.setOtherMover("the parameters were set"));
    assertTrue(mover.contains("the parameters were set"), mover);
    String rises = said(run -> run.rate = 8, net -> {});
    assertTrue(rises.startsWith("the loss rose from "), rises);
  }

  @Test
  void aStepThatWasNotRecorded_endsIt() {
    PlainStack net = new Ordinary(4).build();
    Verdict last =
        Ordinary.run(
            net,
            prediction,
            20,
            step -> {
              if (step == 7) {
                net.descend();
              }
            });
    assertEquals("step 7 was not recorded: what its fall pays for is not known", last.detail());
  }

  @Test
  void momentumThatIsHidden_isFound() {
    int found = 0;
    for (long seed = 1; seed <= 10; seed++) {
      Ordinary run = new Ordinary(seed);
      run.rate = 0.02;
      PlainStack net = run.build();
      net.train(0.9, 0);
      net.setPlainSgd(true);
      Verdict last = Ordinary.run(net, prediction, 200);
      found += last.state() == Verdict.State.VIOLATED ? 1 : 0;
    }
    assertTrue(found >= 5, found + " of 10");
  }
}
