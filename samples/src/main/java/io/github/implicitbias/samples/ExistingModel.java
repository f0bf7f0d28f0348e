package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.report.Facts;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.OutputFolder;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.report.StepTimes;
import io.github.implicitbias.lab.report.WorkProgress;
import io.github.implicitbias.lab.study.LivePage;
import io.github.implicitbias.lab.study.WatchedTraining;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.listener.ListenerBuilder;
import io.github.implicitbias.run.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * An ordinary classifier with one line added: the network of DL4J's Iris example, except that it is
 * 4-16-16-3 and has ReLU units.
 *
 * <p>The example has 4-3-3-3 units and the tanh, which is never off: there would be nothing to see.
 * It is trained twice at once, with and without the listener, so that the two can be compared.
 */
@Command(
    name = "existing-model",
    description = {
      "Trains the network of DL4J's Iris example, with and without the listener, step by step in"
          + " turn, and compares.",
      "It is 4-16-16-3 with ReLU units where the example is 4-3-3-3 with tanh: a tanh unit is never"
          + " off, so it has no activation pattern to watch, and three ReLU units are too few to"
          + " learn reliably. It is trained on mini-batches of 16, shuffled in every epoch, where"
          + " the example takes the whole training set: 1200 steps, 200 epochs of 96 samples, which"
          + " are 64 %% of the data. All else is the example's: seed 6, Xavier, gradient descent"
          + " with learning rate 0.1, l2 1e-4, negative log-likelihood, standardised features."
    })
final class ExistingModel implements Callable<Integer> {

  private static final int BATCH = 16;
  private static final int EPOCHS = 200;

  /** Six whole batches; the example takes 97. */
  private static final int TRAINING_SAMPLES = 6 * BATCH;

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    common.check();
    Logging.start(common.verbose);
    PrintWriter out = spec.commandLine().getOut();
    int stepsPerEpoch = TRAINING_SAMPLES / BATCH;
    int steps = common.steps(EPOCHS * stepsPerEpoch, stepsPerEpoch);
    try (OutputFolder folder = OutputFolder.prepare(common.out);
        LivePage page = common.page(true, out)) {
      train(steps, folder, page, out);
      if (page != null) {
        page.stayOpen();
      }
    }
    return 0;
  }

  private void train(
      int steps, @Nullable OutputFolder folder, @Nullable LivePage page, PrintWriter out) {
    int[] order = shuffled(common.seed(6));
    int[] trainingIds = Arrays.copyOf(order, TRAINING_SAMPLES);
    List<DataSet> iris = Iris.samples();
    DataSet training = choose(iris, trainingIds);
    DataSet test = choose(iris, Arrays.copyOfRange(order, TRAINING_SAMPLES, Iris.SAMPLES));
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(training);
    normalizer.transform(training);
    normalizer.transform(test);

    MultiLayerNetwork bare = network(common.seed(6), common.learningRate(0.1));
    MultiLayerNetwork watched = network(common.seed(6), common.learningRate(0.1));
    WatchedTraining.chooseThreads(BATCH, watched.numParams());
    ListenerBuilder listener =
        ImplicitBiasListener.builder(training).sampleIds(trainingIds).test(test);
    ShuffledRows batches = new ShuffledRows(training, BATCH, common.seed(6));
    StepTimes bareTimes = new StepTimes(steps);
    LogitMargins margins = new LogitMargins(training);
    int every = Math.max(1, steps / 200);
    Run run;
    try (WatchedTraining watching =
            new WatchedTraining(
                watched, listener, page, OutputFolder.live(folder), steps, spec.name());
        WorkProgress progress = WorkProgress.of(spec.commandLine().getErr(), "training", steps)) {
      for (int step = 0; step < steps; step++) {
        if (folder != null && step % every == 0) {
          margins.look(bare, step);
        }
        DataSet batch = batches.batch(step);
        bareTimes.measure(() -> bare.fit(batch));
        watching.fit(batch);
        if ((step + 1) % batches.stepsPerEpoch() == 0) {
          bare.incrementEpochCount();
          watching.endEpoch();
        }
        progress.step();
      }
      run = watching.finish();
      progress.close();
      boolean identical =
          Arrays.equals(bare.params().toFloatVector(), watched.params().toFloatVector());
      double share = Facts.costShare(run, bareTimes.medianWall());
      Report report = new Report();
      report.add("network", "4-16-16-3, ReLU, softmax, %d parameters", watched.numParams());
      report.add(
          "training", "%d samples, %d steps on mini-batches of %d", TRAINING_SAMPLES, steps, BATCH);
      report.add(
          "accuracy",
          "%.1f %% of the %d training samples, %.1f %% of %d others",
          100 * accuracy(watched, training),
          TRAINING_SAMPLES,
          100 * accuracy(watched, test),
          Iris.SAMPLES - TRAINING_SAMPLES);
      report.add("loss", "%.6g", run.latest("loss"));
      Facts.addVisits(report, watching.visits());
      Facts.add(report, run);
      Facts.addCost(report, run, bareTimes.medianWall(), "bare training");
      report.add(
          page == null ? "step without and with" : "step, with StatsListener",
          "CPU %.0f and %.0f us, wall %.0f and %.0f us (medians)",
          bareTimes.medianCpu() / 1e3,
          watching.times().medianCpu() / 1e3,
          bareTimes.medianWall() / 1e3,
          watching.times().medianWall() / 1e3);
      report.add(
          "trained parameters",
          identical
              ? "bit for bit the same with and without the listener"
              : "DIFFERENT with and without the listener");
      report.print(out);
      if (folder != null) {
        ObjectNode own = Json.node();
        own.put("trainingAccuracy", accuracy(watched, training));
        own.put("testAccuracy", accuracy(watched, test));
        own.put("lastFlip", Facts.lastFlip(run));
        own.put("medianBareStepNanoseconds", bareTimes.medianWall());
        own.put("watchingShareOfBareStep", share);
        own.put("bitIdentical", identical);
        margins.look(bare, steps);
        write(
            folder, watching, run, own, out, new IrisFigure(training, margins, watching.visits()));
      }
      if (!identical) {
        throw new IllegalStateException("watching has changed the training");
      }
    }
  }

  private void write(
      OutputFolder folder,
      WatchedTraining watching,
      Run run,
      ObjectNode own,
      PrintWriter out,
      IrisFigure figure) {
    List<String> commandLine = spec.root().commandLine().getParseResult().originalArgs();
    Path into = folder.temporary();
    watching.write(into, into, common.flips, spec.name(), commandLine, run, own);
    try {
      figure.of(watching.inMemory()).write(into, spec.name());
    } catch (IOException e) {
      throw new InputException("--out " + folder + " cannot be written: " + e.getMessage(), e);
    }
    folder.publish();
    out.println(
        "Results, a figure and the page (" + OutputFolder.PAGE + ") are in " + folder + ".");
  }

  private static int[] shuffled(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[Iris.SAMPLES];
    for (int i = 0; i < Iris.SAMPLES; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static DataSet choose(List<DataSet> samples, int[] ids) {
    List<DataSet> chosen = new ArrayList<>();
    for (int id : ids) {
      chosen.add(samples.get(id));
    }
    return DataSet.merge(chosen);
  }

  private static MultiLayerNetwork network(long seed, double learningRate) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(Activation.RELU)
            .weightInit(WeightInit.XAVIER)
            .updater(new Sgd(learningRate))
            .l2(1e-4)
            .list()
            .layer(new DenseLayer.Builder().nIn(4).nOut(16).build())
            .layer(new DenseLayer.Builder().nIn(16).nOut(16).build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.NEGATIVELOGLIKELIHOOD)
                    .activation(Activation.SOFTMAX)
                    .nIn(16)
                    .nOut(3)
                    .build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  private static double accuracy(MultiLayerNetwork net, DataSet data) {
    Evaluation evaluation = new Evaluation(3);
    evaluation.eval(data.getLabels(), net.output(data.getFeatures()));
    return evaluation.accuracy();
  }
}
