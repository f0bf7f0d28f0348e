package io.github.implicitbias.lab.study;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Series;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A network after an experiment, and its run. */
public final class Trained {

  private final String name;
  private final MultiLayerNetwork net;
  private final Run run;
  private final VisitBook visits;

  /** Joins what belongs together. */
  public Trained(String name, MultiLayerNetwork net, Run run, VisitBook visits) {
    this.name = name;
    this.net = net;
    this.run = run;
    this.visits = visits;
  }

  /**
   * Returns one of several.
   *
   * @throws IllegalArgumentException if no experiment of that name was trained
   */
  public static Trained of(Map<String, Trained> all, String name) {
    Trained one = all.get(name);
    if (one == null) {
      throw new IllegalArgumentException("nothing called " + name + " was trained");
    }
    return one;
  }

  /** Returns the name of the experiment. */
  public String name() {
    return name;
  }

  /** Returns the network as it is after training. */
  public MultiLayerNetwork net() {
    return net;
  }

  /** Returns the run. */
  public Run run() {
    return run;
  }

  /** Returns the visits of the samples, which have their numbers in the data trained on. */
  public VisitBook visits() {
    return visits;
  }

  /** Returns the values of a column where it was computed. */
  public Series series(String column) {
    return run.metric(column);
  }

  /** Returns the values of a metric of a layer where it was computed. */
  public Series series(String metric, String layer) {
    return run.metric(metric, layer);
  }

  /** Returns what a prediction measured, where it did. */
  public Series measured(String prediction) {
    return run.metric(nameOfMeasured(prediction));
  }

  /** Returns the value of a metric of a layer at a step. */
  public double value(String metric, String layer, long step) {
    int number = run.header().layerNumber(layer);
    return run.value(
        run.header().columnName(Column.Kind.METRIC, metric, number).orElseThrow(), step);
  }

  /** Returns what a prediction measured at a step. */
  public double measured(String prediction, long step) {
    return run.value(nameOfMeasured(prediction), step);
  }

  private String nameOfMeasured(String prediction) {
    return run.header().columnName(Column.Kind.MEASURED, prediction, -1).orElseThrow();
  }

  /**
   * Returns the pattern of a layer at a step.
   *
   * @throws IllegalArgumentException if that step was not recorded
   */
  public ActivationPattern patternAt(long step, String layer) {
    ActivationPattern pattern = run.patternAt(step, layer);
    if (pattern == null) {
      throw new IllegalArgumentException("step " + step + " was not recorded");
    }
    return pattern;
  }

  /** Returns the steps of values as numbers to draw. */
  public static double[] steps(Series series) {
    return Arrays.stream(series.steps()).asDoubleStream().toArray();
  }

  /** Returns the verdict of a prediction. */
  public RunVerdict verdict(String id) {
    return run.verdicts().stream()
        .filter(verdict -> verdict.id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
