package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.lab.report.Facts;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.OutputFolder;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.report.RunPanels;
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
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The user's own data: one neuron, or two layers, trained by gradient descent. */
@Command(
    name = "csv",
    description = {
      "Trains one neuron or a network of two layers on your own data.",
      "By default: 1000 steps on all samples with learning rate 0.01, seed 1, in double precision."
    })
final class CsvSample implements Callable<Integer> {

  private static final int FEW_WEIGHTS = 8;

  /** Labels that are classes, of --loss logistic, in the order of their numbers. */
  private static final List<String> CLASSES = List.of("-1", "1");

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "CSV with a header; the last column is the label, the others are features.")
  private @Nullable Path data;

  @Option(
      names = "--init",
      paramLabel = "FILE",
      description =
          "CSV of initial parameters, a row per unit, columns w0, w1, ..., b if units have a bias,"
              + " a for models of two layers.")
  private @Nullable Path init;

  @Option(
      names = "--init-scale",
      paramLabel = "X",
      description =
          "Without --init, weights are drawn from N(0, X^2 / number of inputs); 0.1 by default.")
  private @Nullable Double initScale;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Samples per step, shuffled in every epoch in an order that --seed draws, or full for"
              + " all; ${DEFAULT-VALUE} by default. With a number, every sample is watched each"
              + " time it is trained on: --out also has visits.csv, epochs.csv, epochUnits.csv and"
              + " suspects.csv, and with --loss logistic the rows whose labels look wrong are"
              + " printed.")
  private String batch = "full";

  @Mixin private CsvModel model;
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    common.check();
    Logging.start(common.verbose);
    Table table = Table.read("--data", data());
    model.check(table);
    int inputs = table.columns().size() - 1;
    Units units = units(inputs);
    int hidden = units != null ? units.width() : model.hiddenUnits();
    double scale = scale();
    int batchSize = batchSize(table.size());
    int stepsPerEpoch = (table.size() + batchSize - 1) / batchSize;
    int steps = common.steps(1000, stepsPerEpoch);
    CsvModel.checkSize(table.size(), inputs, hidden);
    PrintWriter out = spec.commandLine().getOut();
    try (OutputFolder folder = OutputFolder.prepare(common.out);
        LivePage page = common.page(true, out)) {
      MultiLayerNetwork net =
          model.network(table, hidden, units, scale, common.seed(1), common.learningRate(0.01));
      WatchedTraining.chooseThreads(batchSize, net.numParams());
      Batches batches = new Batches(table, inputs, model.dataType(), batchSize, common.seed(1));
      train(net, table, batches, steps, folder, page, out);
      if (page != null) {
        page.stayOpen();
      }
    }
    return 0;
  }

  private Path data() {
    return Objects.requireNonNull(data, "the parser demands it");
  }

  /** Returns the given units, null if they are to be drawn. */
  private @Nullable Units units(int inputs) {
    if (init == null) {
      return null;
    }
    if (initScale != null) {
      throw new InputException("--init-scale has no effect with --init: leave one of them out.");
    }
    Units units = Units.of(Table.read("--init", init), inputs, !model.isNeuron());
    if (model.isNeuron() && units.width() != 1) {
      throw new InputException(
          init + " has " + units.width() + " rows, but --model neuron is a single unit.");
    }
    if (model.width() != null && model.width() != units.width()) {
      throw new InputException(
          "--width " + model.width() + ", but " + init + " has " + units.width() + " rows.");
    }
    return units;
  }

  private double scale() {
    if (initScale != null && !(initScale > 0 && initScale < Double.POSITIVE_INFINITY)) {
      throw new InputException("--init-scale " + initScale + ": give a positive number.");
    }
    return initScale == null ? 0.1 : initScale;
  }

  private int batchSize(int samples) {
    if (batch.equals("full")) {
      return samples;
    }
    String sentence = "--batch " + batch + ": give full, or a number from 1 to " + samples + ".";
    try {
      int size = Integer.parseInt(batch);
      if (size < 1 || size > samples) {
        throw new InputException(sentence);
      }
      return size;
    } catch (NumberFormatException e) {
      throw new InputException(sentence, e);
    }
  }

  private void train(
      MultiLayerNetwork net,
      Table table,
      Batches batches,
      int steps,
      @Nullable OutputFolder folder,
      @Nullable LivePage page,
      PrintWriter out) {
    // By name, so that it is tracked with the identity, too.
    ListenerBuilder listener =
        ImplicitBiasListener.builder(batches.all())
            .layers("layer0")
            .schedule(Schedule.everyStep())
            .classNames(CLASSES)
            .featureNames(table.columns().subList(0, table.columns().size() - 1));
    try (WatchedTraining watching =
            new WatchedTraining(net, listener, page, OutputFolder.live(folder), steps, name());
        WorkProgress progress = WorkProgress.of(spec.commandLine().getErr(), "training", steps)) {
      for (int step = 0; step < steps; step++) {
        watching.fit(batches.next());
        if (batches.atEpochStart()) {
          watching.endEpoch();
        }
        progress.step();
      }
      Run run = watching.finish();
      progress.close();
      report(net, run, watching, steps).print(out);
      SuspectRows.print(table, watching.visits(), out);
      Report.verdicts(run, out);
      if (folder != null) {
        ObjectNode own = Json.node();
        own.put("lastFlip", Facts.lastFlip(run));
        List<String> commandLine = spec.root().commandLine().getParseResult().originalArgs();
        Path into = folder.temporary();
        watching.write(into, into, common.flips, spec.name(), commandLine, run, own);
        // The run file is gone: what is drawn is the run in memory, thinned if it is long.
        figure(watching.inMemory(), steps, folder);
        folder.publish();
        out.println(
            "Results, a figure and the page (" + OutputFolder.PAGE + ") are in " + folder + ".");
      }
      if (!Double.isFinite(run.latest("loss"))) {
        out.println(
            "The loss is no longer a finite number: give a smaller --learning-rate than "
                + common.learningRate(0.01)
                + ".");
      }
    }
  }

  /** Returns the name of the run on the page. */
  private String name() {
    return data().getFileName() + " " + model;
  }

  private void figure(Run run, int steps, OutputFolder folder) {
    Figure figure =
        Figure.grid(
            "How your network chose its solution",
            String.format(
                Locale.ROOT,
                "%s: %d samples, %s, %d units; %d steps of gradient descent, batch %s. %s",
                data().getFileName(),
                run.header().samples(),
                model,
                run.header().layers().get(0).units(),
                steps,
                batch,
                RunPanels.verdicts(run)),
            2);
    RunPanels.curve(figure.panel("loss", "step", model.lossWords()).logY(), "loss", run, "loss");
    Panel norms = figure.panel("norms", "step", "Euclidean norm");
    RunPanels.curve(norms, "parameters", run, "parameterNorm");
    RunPanels.curve(norms, "distance moved", run, "distanceFromInit");
    RunPanels.flips(figure.panel("flips so far", "step", "number of entries (unit, sample)"), run);
    RunPanels.idleUnits(
        figure.panel("units off or on for every sample", "step", "number of units"), run);
    try {
      figure.write(folder.temporary(), spec.name());
    } catch (IOException e) {
      throw new InputException("--out " + folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  private Report report(MultiLayerNetwork net, Run run, WatchedTraining watching, int steps) {
    Report report = new Report();
    report.add(
        "model",
        "%s, %d units, %d parameters",
        model,
        run.header().layers().get(0).units(),
        net.numParams());
    report.add("training", "%d samples, %d steps, batch %s", run.header().samples(), steps, batch);
    report.add("loss", "%s (%s)", run.latest("loss"), model.lossName());
    if (model.isNeuron() && net.numParams() <= FEW_WEIGHTS) {
      report.add("weights", "%s", numbers(net.getParam("0_W").toDoubleVector()));
    }
    Facts.addVisits(report, watching.visits());
    Facts.add(report, run);
    Facts.addCost(report, run, watching.times().medianWall(), "training");
    return report;
  }

  private static String numbers(double[] values) {
    List<String> texts = new ArrayList<>();
    for (double value : values) {
      texts.add(String.format(Locale.ROOT, "%.12g", value));
    }
    return "(" + String.join(", ", texts) + ")";
  }
}
