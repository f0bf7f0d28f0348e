package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import java.util.NoSuchElementException;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** Training that ends because a trigger has asked for it, at the step that it speaks of. */
class StoppingTest {

  private static final int BATCH = 30;
  private static final int PER_EPOCH = Iris.SAMPLES / BATCH;
  private static final int EPOCHS = 40;

  private final DataSet data = IrisTraining.data();
  private final MultiLayerNetwork net = IrisTraining.network(new Adam(0.02), 0);

  private ImplicitBiasListener bias(double below) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .schedule(Schedule.everyStep())
            .test(data)
            .when(Trigger.below("loss", below), Action.stop())
            .build();
    net.addListeners(bias);
    return bias;
  }

  /** The last record of a step that was trained on is the first below the limit. */
  private static void assertEndedAtOnce(Run run, double below, int updates) {
    assertTrue(updates > 10, updates + " updates");
    for (int step = 0; step < updates; step++) {
      assertEquals(step == updates - 1, run.value("loss", step) < below, "step " + step);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void untilStopped_endsFit_afterTheStepItself(boolean multi) {
    double below = 0.4;
    ImplicitBiasListener bias = bias(below);
    DataSetIterator iterator = IrisTraining.batches(data, BATCH);
    assertFalse(bias.stopRequested());
    if (multi) {
      net.fit(bias.untilStopped(new MultiDataSetIteratorAdapter(iterator)), EPOCHS);
    } else {
      net.fit(bias.untilStopped(iterator), EPOCHS);
    }
    assertTrue(bias.stopRequested());
    int updates = net.getIterationCount();
    bias.close();
    assertEndedAtOnce(bias.run(), below, updates);
    assertTrue(bias.stopRequested(), "after close, too");
    DataSetIterator again = bias.untilStopped(IrisTraining.batches(data, BATCH));
    assertFalse(again.hasNext());
    assertThrows(NoSuchElementException.class, again::next);
  }

  private static EarlyStoppingConfiguration.Builder<MultiLayerNetwork> upTo(int epochs) {
    return new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
        .modelSaver(new InMemoryModelSaver<>())
        .epochTerminationConditions(new MaxEpochsTerminationCondition(epochs));
  }

  @Test
  void earlyStopping_endsAtTheIteration() {
    double below = 0.4;
    ImplicitBiasListener bias = bias(below);
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        upTo(EPOCHS)
            .iterationTerminationConditions(bias.earlyStopping().iterations())
            .scoreCalculator(bias.earlyStopping().smallest("loss"))
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(configuration, net, IrisTraining.batches(data, BATCH)).fit();
    assertEquals(
        EarlyStoppingResult.TerminationReason.IterationTerminationCondition,
        result.getTerminationReason());
    int updates = net.getIterationCount();
    bias.close();
    assertEndedAtOnce(bias.run(), below, updates);
  }

  @Test
  void earlyStopping_endsAfterTheEpoch() {
    double below = 0.4;
    ImplicitBiasListener bias = bias(below);
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .modelSaver(new InMemoryModelSaver<>())
            .epochTerminationConditions(bias.earlyStopping().epochs())
            .scoreCalculator(bias.earlyStopping().largest("testAccuracy"))
            .build();
    new EarlyStoppingTrainer(configuration, net, IrisTraining.batches(data, BATCH)).fit();
    int updates = net.getIterationCount();
    bias.close();
    assertEquals(0, updates % PER_EPOCH);
    long first = 0;
    while (bias.run().value("loss", first) >= below) {
      first++;
    }
    assertEquals((first / PER_EPOCH + 1) * PER_EPOCH, updates, "first below at step " + first);
  }

  /** The scores of an epoch are those of the network as it is then, by DL4J's own computation. */
  @Test
  void theScore_isOfTheNetworkAsItIs_neverStale() {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.every(50)).test(data).build();
    net.addListeners(bias);
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        upTo(6).scoreCalculator(bias.earlyStopping().smallest("testLoss")).build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(configuration, net, IrisTraining.batches(data, BATCH)).fit();
    assertEquals(6, result.getScoreVsEpoch().size());
    double best = result.getScoreVsEpoch().get(result.getBestModelEpoch());
    assertEquals(result.getBestModel().score(data), best, 1e-12, "of its own parameters");
    assertEquals(net.score(data), result.getScoreVsEpoch().get(5), 1e-12);
    assertEquals(6, result.getScoreVsEpoch().values().stream().distinct().count());
    bias.close();
    for (int epoch = 1; epoch <= 6; epoch++) {
      assertEquals(
          result.getScoreVsEpoch().get(epoch - 1),
          bias.run().value("testLoss", (long) epoch * PER_EPOCH),
          "the record of the end of epoch " + epoch);
    }
  }
}
