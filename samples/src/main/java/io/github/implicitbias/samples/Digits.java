package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.lab.report.Facts;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.report.RunPanels;
import io.github.implicitbias.lab.study.Experiment;
import io.github.implicitbias.lab.study.Trained;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.format.TrackedLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** An ordinary convolutional classifier on digits. */
@Command(
    name = "digits",
    description = {
      "A convolutional network on digits, trained by Adam on mini-batches with dropout, as one"
          + " would anyway: which units die, which channels are on, which samples are hard, and"
          + " which labels look wrong.",
      "On MNIST, through DL4J's own iterator: from --data, or from where DL4J keeps it, or if it"
          + " can be downloaded, once, within a minute; otherwise on digits drawn by the sample"
          + " itself."
    })
final class Digits extends Study {

  private static final int BATCH = 64;
  private static final int OBSERVED = 250;
  private static final int EVERY = 20;
  private static final int KINDS = 10;
  private static final int SECONDS = 60;

  /** Of what the output layer is given, dropout keeps so much in a step. */
  private static final double KEPT = 0.8;

  private static final int SIDE = 28;
  private static final int SHOWN = 24;
  private static final String NAME = "digits";

  @Option(
      names = "--mnist",
      negatable = true,
      description =
          "Insist on MNIST, however long it takes to download, or draw digits without asking.")
  private @Nullable Boolean mnist;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The directory with the four unzipped files of MNIST, train-images-idx3-ubyte...")
  private @Nullable Path directory;

  @Option(
      names = "--noise",
      paramLabel = "SHARE",
      description =
          "Change this share of the training labels at random, and say how many are found; 0 by"
              + " default.")
  private double noise;

  private @Nullable DataSet training;
  private @Nullable ChangedLabels changed;
  private String source = "digits drawn by the sample";
  private boolean fromMnist;
  private @Nullable DataSet test;

  @Override
  protected List<Experiment> experiments() {
    if (!(noise >= 0 && noise < 1)) {
      throw new InputException("--noise " + noise + ": give a share from 0 to less than 1.");
    }
    choose();
    training = data(full ? 60_000 : 4_000, true);
    changed = new ChangedLabels(training, noise, common.seed(5));
    test = data(1_000, false);
    ShuffledRows batches = new ShuffledRows(training, BATCH, common.seed(5));
    int steps = common.steps((full ? 5 : 8) * batches.stepsPerEpoch(), batches.stepsPerEpoch());
    Experiment experiment =
        new Experiment(NAME, network(), training, steps)
            .schedule(Schedule.every(EVERY))
            .batches(batches::batch, OBSERVED)
            .epochs(batches.stepsPerEpoch(), test);
    return List.of(experiment);
  }

  private DataSet data(int samples, boolean train) {
    return fromMnist
        ? Mnist.samples(samples, train, (int) common.seed(5), directory)
        : DrawnDigits.draw(samples, common.seed(5) + (train ? 0 : 1));
  }

  /** Decides where the digits come from, and says why not from MNIST. */
  private void choose() {
    if (Boolean.FALSE.equals(mnist)) {
      return;
    }
    if (directory != null) {
      String absent = Mnist.missing(directory);
      if (absent != null) {
        throw new InputException(
            "--data " + directory + ": " + absent + ". Unzip the four files of MNIST there.");
      }
      fromMnist = true;
      source = "MNIST";
      return;
    }
    String missing = Mnist.fetch(mnist == null ? SECONDS : 0, spec.commandLine().getErr()::println);
    if (missing == null) {
      fromMnist = true;
      source = "MNIST";
    } else if (mnist == null) {
      spec.commandLine()
          .getErr()
          .println("Digits are drawn: MNIST cannot be had, " + missing + ".");
    } else {
      throw new InputException("--mnist: MNIST cannot be had, " + missing + ".");
    }
  }

  private MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(common.seed(5))
                .updater(new Adam(common.learningRate(1e-3)))
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(8).build())
                .layer(pooling())
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(16).build())
                .layer(pooling())
                .layer(new DenseLayer.Builder().nOut(64).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                        .nOut(KINDS)
                        .activation(Activation.SOFTMAX)
                        .dropOut(KEPT)
                        .build())
                .setInputType(InputType.convolutionalFlat(28, 28, 1))
                .build());
    net.init();
    return net;
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  @Override
  protected void report(Map<String, Trained> trained, Report report, ObjectNode results) {
    Trained one = Trained.of(trained, NAME);
    Evaluation evaluation = new Evaluation(KINDS);
    DataSet others = Objects.requireNonNull(test, "the experiments are planned first");
    evaluation.eval(others.getLabels(), one.net().output(others.getFeatures()));
    report.add("data", "%s", source);
    report.add(
        "accuracy", "%.1f %% of %d others", 100 * evaluation.accuracy(), others.numExamples());
    report.add("loss", "%.6g on %d samples", one.run().latest("loss"), OBSERVED);
    report.add("smallest margin", "%.4g", one.run().latest("minMargin"));
    ChangedLabels wrong = Objects.requireNonNull(changed, "the experiments are planned first");
    Facts.addVisits(report, one.visits());
    if (wrong.count() > 0) {
      report.add("labels changed", "%d of %d at random", wrong.count(), one.visits().visited());
      report.add("of the suspects", "%s", wrong.found(one.visits()));
    }
    Facts.add(report, one.run());
    results.put("changedLabels", wrong.count());
    results.put("suspects", one.visits().suspects().samples().length);
    if (wrong.count() > 0) {
      Json.put(results, "precision", wrong.precision(one.visits()));
      Json.put(results, "recall", wrong.recall(one.visits()));
    }
    results.put("data", source);
    results.put("accuracy", evaluation.accuracy());
    Json.put(results, "minMargin", one.run().latest("minMargin"));
  }

  @Override
  protected Figure figure(Map<String, Trained> trained) {
    Trained one = Trained.of(trained, NAME);
    Figure figure =
        Figure.grid(
            "What a convolutional network does while it learns digits",
            String.format(
                Locale.ROOT,
                "Two convolutions with pooling and a dense layer of ReLU units, dropout, Adam on"
                    + " mini-batches of %d, %s; observed on %d samples at every %dth step, and on"
                    + " every sample each time it is trained on.",
                BATCH,
                source,
                OBSERVED,
                EVERY),
            2);
    Panel loss = figure.panel("loss of the observed samples", "step", "cross entropy").logY();
    RunPanels.curve(loss, "loss", one.series("loss"));
    Panel active =
        figure.panel("entries that are on", "step", "share of all entries (unit, sample)");
    active.yRange(0, 1);
    Panel flips =
        figure.panel(
            "flips since the record before", "step", "share of all entries (unit, sample)");
    Panel margin =
        figure.panel("smallest margin", "step", "logit of the label minus the largest other");
    for (TrackedLayer layer : one.run().header().layers()) {
      RunPanels.curve(active, layer.name(), one.series("activeFraction", layer.name()));
      Series on = one.series("activations", layer.name());
      Series again = one.series("reactivations", layer.name());
      Series off = one.series("deactivations", layer.name());
      double[] sum = new double[on.size()];
      for (int k = 0; k < sum.length; k++) {
        double entries = (double) layer.units() * one.run().header().samples();
        sum[k] = (on.value(k) + again.value(k) + off.value(k)) / entries;
      }
      flips.line(layer.name(), Trained.steps(on), sum);
    }
    RunPanels.curve(margin, "smallest margin", one.series("minMargin"));
    RunPanels.dataMap(figure, one.visits());
    suspects(figure, one.visits());
    return figure;
  }

  private void suspects(Figure figure, VisitBook visits) {
    DataSet trainedOn = Objects.requireNonNull(training, "the experiments are planned first");
    ChangedLabels wrong = Objects.requireNonNull(changed, "the experiments are planned first");
    figure.pictures(
        "labels that look wrong",
        "given label \u2192 what the network says"
            + (wrong.count() > 0 ? "; * was changed by us" : ""),
        8);
    int[] suspects = visits.suspects().samples();
    for (int k = 0; k < Math.min(SHOWN, suspects.length); k++) {
      VisitedSample sample = visits.of(suspects[k]);
      figure.picture(
          trainedOn.getFeatures().getRow(suspects[k]).toDoubleVector(),
          SIDE,
          sample.label()
              + " \u2192 "
              + sample.instead()
              + (wrong.isChanged(suspects[k]) ? " *" : ""));
    }
  }
}
