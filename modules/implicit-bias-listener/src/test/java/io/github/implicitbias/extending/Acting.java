package io.github.implicitbias.extending;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.engine.NetworkSource;
import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The examples of docs/acting.md. */
final class Acting {

  private Acting() {}

  static ImplicitBiasListener first(
      MultiLayerNetwork net,
      DataSet trainingSet,
      DataSetIterator iterator,
      int epochs,
      Path folder) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(trainingSet)
            .when(Trigger.above("deadUnits", 3), Action.checkpoint(folder))
            .when(Trigger.finding("lossNotFalling"), Action.log())
            .when(Trigger.notFinite(), Action.stop())
            .build();
    net.addListeners(bias);
    net.fit(bias.untilStopped(iterator), epochs);
    bias.close();
    return bias;
  }

  static Trigger fitted() {
    Trigger fitted = Trigger.below("loss", 0.05).and(Trigger.stableFor("pattern", 1000));
    return fitted.once();
  }

  static Trigger first(EventKind kind) {
    return Trigger.event(kind).times(5);
  }

  static ImplicitBiasListener told(DataSet trainingSet, Consumer<Event> queue, URI address) {
    return ImplicitBiasListener.builder(trainingSet)
        .when(Trigger.event(EventKind.UNIT_DIED), Action.call(event -> queue.accept(event)))
        .when(Trigger.notFinite().once(), Action.webhook(address))
        .build();
  }

  static int loop(MultiLayerNetwork net, DataSetIterator iterator, ImplicitBiasListener bias) {
    int epoch = 0;
    while (epoch < 100 && !bias.stopRequested()) {
      net.fit(bias.untilStopped(iterator));
      epoch++;
    }
    return epoch;
  }

  static EarlyStoppingResult<MultiLayerNetwork> early(
      MultiLayerNetwork net, DataSet trainingSet, DataSet testSet, DataSetIterator iterator) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(trainingSet)
            .test(testSet)
            .when(Trigger.notFinite(), Action.stop())
            .build();
    net.addListeners(bias);
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .iterationTerminationConditions(bias.earlyStopping().iterations())
            .epochTerminationConditions(new MaxEpochsTerminationCondition(50))
            .scoreCalculator(bias.earlyStopping().smallest("testLoss"))
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(configuration, net, iterator).fit();
    bias.close();
    return result;
  }

  static int plain(NetworkSource network, Probe probe, double rate, DoubleUnaryOperator update) {
    int step = 0;
    try (Session session =
        Session.observing(probe)
            .schedule(Schedule.everyStep())
            .when(Trigger.below("loss", 0.01), Action.stop())
            .start(network)) {
      while (!session.stopRequested()) {
        session.begin(step, 0);
        session.observe();
        session.known(rate, Absent.VALUE); // the triggers are judged here
        double loss = update.applyAsDouble(rate);
        session.end(rate, loss);
        step++;
      }
    }
    return step;
  }

  static ImplicitBiasListener described(DataSet trainingSet) {
    return ImplicitBiasListener.builder(trainingSet)
        .name("width 64")
        .note("Does the loss still fall in steps with 64 units?")
        .tag("width", "64")
        .tag("data", "iris")
        .build();
  }
}
