package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** In training with DL4J a value depends on nothing but the run. */
class IndependenceTest {

  private static final int SAMPLES = 16;

  /** A network and its training; made anew for every run. */
  private static final class Case {
    final String name;
    final Supplier<MultiLayerNetwork> net;
    final DataSet data;
    final int batch;

    Case(String name, Supplier<MultiLayerNetwork> net, DataSet data, int batch) {
      this.name = name;
      this.net = net;
      this.data = data;
      this.batch = batch;
    }

    Run run(Consumer<ListenerBuilder> with) {
      ListenerBuilder builder =
          ImplicitBiasListener.builder(data).preset(Preset.ECONOMY).schedule(Schedule.everyStep());
      with.accept(builder);
      ImplicitBiasListener bias = builder.build();
      MultiLayerNetwork model = net.get();
      model.setListeners(bias);
      model.fit(new ListDataSetIterator<>(data.asList(), batch), batch == SAMPLES ? 5 : 2);
      bias.close();
      assertEquals(Map.of(), bias.failures(), name);
      return bias.run();
    }
  }

  private static List<Case> cases() {
    DataSet numbers = Stacks.classes(DataType.DOUBLE, SAMPLES, 3, 1, 5);
    for (int i = 0; i < SAMPLES; i++) {
      numbers.getLabels().putScalar(i, 0, i % 2 == 0 ? 1 : -1);
    }
    Supplier<MultiLayerNetwork> regression =
        () ->
            Stacks.network(
                DataType.DOUBLE,
                new Sgd(0.1),
                dense(3, 6),
                output(6, 1, LossFunction.MSE, Activation.IDENTITY));
    DataSet classes = Stacks.classes(DataType.FLOAT, SAMPLES, 4, 3, 6);
    Supplier<MultiLayerNetwork> deep =
        () ->
            Stacks.network(
                DataType.FLOAT,
                new Sgd(0.2),
                dense(4, 7),
                dense(7, 5),
                output(5, 3, LossFunction.MCXENT, Activation.SOFTMAX));
    List<Case> cases = new ArrayList<>();
    for (int batch : new int[] {SAMPLES, SAMPLES / 2}) {
      cases.add(new Case("regression, batch " + batch, regression, numbers, batch));
      cases.add(new Case("three layers, batch " + batch, deep, classes, batch));
    }
    return cases;
  }

  private static DenseLayer dense(int inputs, int units) {
    return new DenseLayer.Builder().nIn(inputs).nOut(units).activation(Activation.RELU).build();
  }

  private static OutputLayer output(int inputs, int units, LossFunction loss, Activation last) {
    return new OutputLayer.Builder(loss).nIn(inputs).nOut(units).activation(last).build();
  }

  /** Returns all values of a run by column, but for those that are measured times. */
  private static Map<String, List<Double>> values(Run run) {
    Map<String, List<Double>> values = new TreeMap<>();
    for (String column : run.header().columnNames()) {
      if (!column.equals("watchShare")) {
        List<Double> of = new ArrayList<>();
        for (long step = run.firstStep(); step <= run.lastStep(); step++) {
          of.add(run.value(column, step));
        }
        values.put(column, of);
      }
    }
    for (Column sampleColumn : run.header().sampleColumns()) {
      String column = sampleColumn.name();
      List<Double> of = new ArrayList<>();
      for (long step = run.firstStep(); step <= run.lastStep(); step++) {
        for (double value : row(run.sampleValues(column, step))) {
          of.add(value);
        }
      }
      values.put("sample " + column, of);
    }
    for (Column column : run.header().unitColumns()) {
      String layer = run.header().layers().get(column.layer()).name();
      List<Double> of = new ArrayList<>();
      for (long step = run.firstStep(); step <= run.lastStep(); step++) {
        for (double value : row(run.unitValues(column.id(), layer, step))) {
          of.add(value);
        }
      }
      values.put("unit " + column.id() + " " + layer, of);
    }
    return values;
  }

  private static double[] row(double[] values) {
    return values == null ? new double[] {Absent.VALUE} : values;
  }

  private static void assertPart(
      Map<String, List<Double>> part, Map<String, List<Double>> whole, String where) {
    part.forEach((column, values) -> assertEquals(values, whole.get(column), where + column));
  }

  @Test
  void everythingOfTheLibrary_saysTheSameAloneAndWithAllOthers() {
    Instruments full = Preset.FULL.instruments();
    Instruments economy = Preset.ECONOMY.instruments();
    for (Case each : cases()) {
      Map<String, List<Double>> all = values(each.run(builder -> builder.preset(Preset.FULL)));
      for (Metric metric : full.metrics()) {
        if (economy.metrics().stream().noneMatch(m -> m.id().equals(metric.id()))) {
          assertPart(values(each.run(builder -> builder.metric(metric))), all, each.name + ", ");
        }
      }
      for (SampleMetric metric : full.sampleMetrics()) {
        assertPart(values(each.run(b -> b.sampleMetric(metric))), all, each.name + ", ");
      }
      for (UnitMetric metric : full.unitMetrics()) {
        assertPart(values(each.run(b -> b.unitMetric(metric))), all, each.name + ", ");
      }
      for (Prediction prediction : full.predictions()) {
        assertPart(values(each.run(b -> b.prediction(prediction))), all, each.name + ", ");
      }
    }
  }

  /** Whether every step was on the whole probe, asked from some step on. */
  private static Metric fullBatch(String id, long from, Needs needs) {
    return new Metric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Scope scope() {
        return Scope.NETWORK;
      }

      @Override
      public Needs needs() {
        return needs;
      }

      @Override
      public Cadence cadence(Dimensions dimensions) {
        return Cadence.everyRecord();
      }

      @Override
      public double evaluate(Observation observation, int layer) {
        return observation.step() < from
            ? Absent.VALUE
            : observation.network().training().isFullBatch() ? 1 : 0;
      }
    };
  }

  @Test
  void whoFirstAsksLate_isToldTheSame_andWhoHasNotDeclaredIsToldNo() {
    for (Case each : cases()) {
      boolean full = each.batch == SAMPLES;
      Run alone = each.run(b -> b.metric(fullBatch("late", 1, Needs.FULL_BATCH)));
      Run both =
          each.run(
              b ->
                  b.metric(fullBatch("early", 0, Needs.FULL_BATCH))
                      .metric(fullBatch("late", 1, Needs.FULL_BATCH))
                      .metric(fullBatch("undeclared", 0, Needs.NONE)));
      for (int step = 0; step < 5; step++) {
        assertEquals(full ? 1 : 0, both.value("early", step), each.name);
        assertEquals(0, both.value("undeclared", step), each.name);
        if (step > 0) {
          assertEquals(full ? 1 : 0, alone.value("late", step), each.name + ", step " + step);
          assertEquals(full ? 1 : 0, both.value("late", step), each.name + ", step " + step);
        }
      }
      assertTrue(Absent.is(alone.value("late", 0)));
    }
  }
}
