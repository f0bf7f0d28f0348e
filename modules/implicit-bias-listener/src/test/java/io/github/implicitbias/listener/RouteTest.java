package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Both ways of observing give the same records, and each is taken when it should be. */
class RouteTest {

  private static final int SAMPLES = 70;

  private static DenseLayer.Builder hidden() {
    return new DenseLayer.Builder().nOut(16).activation(Activation.RELU);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
        .nIn(16)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork plain(NeuralNetConfiguration.Builder conf, DataType type) {
    return Stacks.network(
        conf, type, new Sgd(0.3), hidden().nIn(5).build(), hidden().nIn(16).build(), output());
  }

  /** Compares runs of which the second saw the samples in reverse order. */
  private static void sameRecords(Run one, Run reversed, double tolerance) {
    assertEquals(one.size(), reversed.size());
    long flips = 0;
    for (long step = one.firstStep(); step <= one.lastStep(); step++) {
      for (Column declared : one.header().columns()) {
        String column = declared.name();
        // What predictions say depends on whether steps train on the probe as it is.
        if (column.equals("watchShare") || declared.prediction() >= 0) {
          continue;
        }
        double a = one.value(column, step);
        double b = reversed.value(column, step);
        assertEquals(Absent.is(a), Absent.is(b), column + " at " + step);
        if (!Absent.is(a)) {
          // A residual is a share of 1 already; sums in another order differ by rounding.
          double size = column.contains("Residual") ? Math.max(1, Math.abs(a)) : Math.abs(a);
          double delta = tolerance * size + Double.MIN_NORMAL;
          assertEquals(a, b, delta, column + " at " + step);
        }
      }
      for (TrackedLayer layer : one.header().layers()) {
        ActivationPattern p = one.patternAt(step, layer.name());
        ActivationPattern q = reversed.patternAt(step, layer.name());
        for (int unit = 0; unit < layer.units(); unit++) {
          for (int i = 0; i < SAMPLES; i++) {
            assertEquals(p.isOn(unit, i), q.isOn(unit, SAMPLES - 1 - i));
          }
        }
      }
    }
    for (TrackedLayer layer : one.header().layers()) {
      for (FlipKind kind : FlipKind.values()) {
        flips += one.flips(layer.name(), kind);
        assertEquals(one.flips(layer.name(), kind), reversed.flips(layer.name(), kind));
      }
    }
    assertTrue(flips > 50, "something must flip for this test to mean anything");
  }

  private static void bothRoutesAgree(NeuralNetConfiguration.Builder conf, DataType type) {
    DataSet data = Stacks.classes(type, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net = plain(conf, type);
    ImplicitBiasListener inPlace =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    ImplicitBiasListener shadow =
        ImplicitBiasListener.builder(Stacks.reversed(data)).schedule(Schedule.everyStep()).build();
    net.setListeners(inPlace, shadow);
    net.fit(new ListDataSetIterator<>(data.copy().asList(), SAMPLES), 60);
    inPlace.close();
    shadow.close();
    assertEquals(60, inPlace.run().recordsInPlace(), "iterator copies are recognised");
    assertEquals(0, shadow.run().recordsInPlace());
    sameRecords(inPlace.run(), shadow.run(), type == DataType.DOUBLE ? 1e-13 : 2e-6);
  }

  @Test
  void inPlaceAndShadow_agree_overIteratorCopies() {
    bothRoutesAgree(new NeuralNetConfiguration.Builder(), DataType.DOUBLE);
  }

  @Test
  void inPlaceAndShadow_agree_inFloat() {
    bothRoutesAgree(new NeuralNetConfiguration.Builder(), DataType.FLOAT);
  }

  private static MultiLayerNetwork ofImages(InputType type, DataType precision, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(precision)
            .updater(new Sgd(0.3))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(type).build());
    net.init();
    return net;
  }

  private static ConvolutionLayer convolution(CNN2DFormat format) {
    return new ConvolutionLayer.Builder(2, 2)
        .nOut(3)
        .dataFormat(format)
        .activation(Activation.RELU)
        .build();
  }

  private static void bothRoutesAgree(MultiLayerNetwork net, DataType type, long... shape) {
    long[] all = new long[shape.length + 1];
    all[0] = SAMPLES;
    System.arraycopy(shape, 0, all, 1, shape.length);
    DataSet data =
        new DataSet(Followed.uniform(type, 8, all), Followed.oneHot(type, 9, SAMPLES, 3));
    bothRoutesAgree(net, data, type);
  }

  private static void bothRoutesAgree(Model net, DataSet data, DataType type) {
    ImplicitBiasListener inPlace =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    ImplicitBiasListener shadow =
        ImplicitBiasListener.builder(Stacks.reversed(data)).schedule(Schedule.everyStep()).build();
    net.setListeners(inPlace, shadow);
    for (int k = 0; k < 15; k++) {
      if (net instanceof MultiLayerNetwork) {
        ((MultiLayerNetwork) net).fit(data);
      } else {
        ((ComputationGraph) net).fit(data);
      }
    }
    inPlace.close();
    shadow.close();
    assertEquals(15, inPlace.run().recordsInPlace(), inPlace.route());
    assertEquals(0, shadow.run().recordsInPlace());
    sameRecords(inPlace.run(), shadow.run(), type == DataType.DOUBLE ? 1e-12 : 5e-6);
  }

  @Test
  void inPlaceAndShadow_agree_onImages() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (CNN2DFormat format : CNN2DFormat.values()) {
        boolean last = format == CNN2DFormat.NHWC;
        MultiLayerNetwork net =
            ofImages(
                InputType.convolutional(6, 5, 2, format),
                type,
                new ZeroPaddingLayer.Builder(1, 1).dataFormat(format).build(),
                convolution(format),
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                    .kernelSize(2, 2)
                    .stride(1, 1)
                    .dataFormat(format)
                    .build(),
                new ActivationLayer(Activation.LEAKYRELU),
                convolution(format),
                new DenseLayer.Builder().nOut(9).activation(Activation.RELU).build());
        bothRoutesAgree(net, type, last ? new long[] {6, 5, 2} : new long[] {2, 6, 5});
      }
    }
    MultiLayerNetwork net =
        ofImages(
            InputType.convolutional(4, 4, 2),
            DataType.DOUBLE,
            new Upsampling2D.Builder(2).build(),
            convolution(CNN2DFormat.NCHW),
            new Cropping2D.Builder(1, 1).build(),
            new ActivationLayer(Activation.RELU),
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.PNORM)
                .kernelSize(2, 2)
                .pnorm(2)
                .build(),
            new GlobalPoolingLayer.Builder(PoolingType.MAX).build(),
            new DenseLayer.Builder().nOut(9).activation(Activation.RELU).build());
    bothRoutesAgree(net, DataType.DOUBLE, 2, 4, 4);
  }

  @Test
  void inPlaceAndShadow_agree_onSequences() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      MultiLayerNetwork net =
          ofImages(
              InputType.recurrent(3, 6),
              type,
              new Convolution1DLayer.Builder(2).nOut(4).activation(Activation.RELU).build(),
              new Subsampling1DLayer.Builder(PoolingType.MAX).kernelSize(2).stride(1).build(),
              new Bidirectional(
                  new SimpleRnn.Builder().nOut(4).activation(Activation.RELU).build()),
              new LSTM.Builder().nOut(4).activation(Activation.TANH).build(),
              new LastTimeStep(
                  new SimpleRnn.Builder().nOut(4).activation(Activation.RELU).build()));
      bothRoutesAgree(net, type, 3, 6);
    }
  }

  @Test
  void inPlaceAndShadow_agree_onGraphs() {
    DataSet data = Stacks.classes(DataType.FLOAT, SAMPLES, 5, 3, 7);
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new Sgd(0.3))
                .graphBuilder()
                .addInputs("x")
                .addLayer("a", hidden().build(), "x")
                .addLayer("b", hidden().build(), "a")
                .addVertex("skip", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                .addLayer("c", hidden().build(), "skip", "x")
                .addLayer("out", output(), "c")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(5))
                .build());
    graph.init();
    bothRoutesAgree(graph, data, DataType.FLOAT);
  }

  @Test
  void inPlaceAndShadow_agree_underConstraints() {
    bothRoutesAgree(
        new NeuralNetConfiguration.Builder().constrainWeights(new MaxNormConstraint(0.8, 1)),
        DataType.DOUBLE);
  }

  @Test
  void constraints_areInTheUpdateNorm_becauseARecordDescribesTheConstrainedParameters() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net =
        plain(
            new NeuralNetConfiguration.Builder().constrainWeights(new MaxNormConstraint(0.8, 1)),
            DataType.DOUBLE);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    INDArray before = net.params().dup();
    INDArray first = before;
    for (int i = 0; i < 10; i++) {
      before = net.params().dup();
      net.fit(data);
    }
    INDArray after = net.params().dup();
    bias.close();
    assertEquals(after.sub(before).norm2Number().doubleValue(), last(bias, "updateNorm"), 1e-12);
    assertEquals(
        after.sub(first).norm2Number().doubleValue(), last(bias, "distanceFromInit"), 1e-12);
    assertEquals(after.norm2Number().doubleValue(), last(bias, "parameterNorm"), 1e-12);
  }

  private static double last(ImplicitBiasListener bias, String column) {
    return bias.run().latest(column);
  }

  @Test
  void shuffledAndPartialBatches_goThroughTheShadow_andTheProbeStaysTheSame() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net = plain(new NeuralNetConfiguration.Builder(), DataType.DOUBLE);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    ImplicitBiasListener reversed =
        ImplicitBiasListener.builder(Stacks.reversed(data)).schedule(Schedule.everyStep()).build();
    net.setListeners(bias, reversed);
    DataSet shuffled = data.copy();
    shuffled.shuffle(3);
    net.fit(shuffled);
    net.fit(new ListDataSetIterator<>(data.copy().asList(), 32), 20);
    bias.close();
    reversed.close();
    assertEquals(0, bias.run().recordsInPlace());
    assertEquals(1 + 20 * 3 + 1, bias.run().size());
    sameRecords(bias.run(), reversed.run(), 1e-13);
  }

  @Test
  void dropout_refusesTheInPlaceRoute() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            hidden().nIn(5).build(),
            hidden().nIn(16).dropOut(0.5).build(),
            output());
    refuses(net, data, "dropout");
  }

  @Test
  void batchNormalization_refusesTheInPlaceRoute() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            hidden().nIn(5).build(),
            new BatchNormalization.Builder().nIn(16).nOut(16).build(),
            hidden().nIn(16).build(),
            output());
    refuses(net, data, "normalizes batches");
  }

  private static void refuses(MultiLayerNetwork net, DataSet data, String reason) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    for (int i = 0; i < 5; i++) {
      net.fit(data);
    }
    INDArray first = net.feedForward(data.getFeatures(), false).get(1);
    bias.close();
    assertEquals(0, bias.run().recordsInPlace());
    assertEquals(6, bias.run().size());
    assertTrue(bias.route().contains(reason), bias.route());
    ActivationPattern pattern = bias.run().patternAt(5, "layer0");
    for (int unit = 0; unit < 16; unit++) {
      for (int i = 0; i < SAMPLES; i++) {
        assertEquals(first.getDouble(i, unit) > 0, pattern.isOn(unit, i));
      }
    }
  }

  @Test
  void aSparseSchedule_stillKnowsTheNormOfTheLastUpdate() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net = plain(new NeuralNetConfiguration.Builder(), DataType.DOUBLE);
    ImplicitBiasListener every =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    ImplicitBiasListener some =
        ImplicitBiasListener.builder(data).schedule(Schedule.every(7)).visits(false).build();
    net.setListeners(every, some);
    for (int i = 0; i < 30; i++) {
      net.fit(data);
    }
    every.close();
    some.close();
    assertEquals(List.of(0L, 7L, 14L, 21L, 28L, 30L), boxed(some.run()));
    for (long step : new long[] {7, 14, 21, 28}) {
      for (String column : List.of("updateNorm", "distanceFromInit", "time", "loss", "score")) {
        assertEquals(every.run().value(column, step), some.run().value(column, step), column);
      }
    }
  }

  @Test
  void normsAtEveryFourthRecord_areThoseOfEveryRecord_andAbsentBetween() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    for (Schedule schedule : List.of(Schedule.everyStep(), Schedule.every(2))) {
      MultiLayerNetwork net = plain(new NeuralNetConfiguration.Builder(), DataType.DOUBLE);
      ImplicitBiasListener every =
          ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
      ImplicitBiasListener fourth =
          ImplicitBiasListener.builder(data).normsEvery(4).schedule(schedule).visits(false).build();
      net.setListeners(every, fourth);
      for (int i = 0; i < 30; i++) {
        net.fit(data);
      }
      every.close();
      fourth.close();
      int record = 0;
      for (long step : fourth.run().metric("loss").steps()) {
        boolean due = record++ % 4 == 0 || step == 30;
        for (String column : List.of("parameterNorm", "distanceFromInit", "updateNorm")) {
          double value = fourth.run().value(column, step);
          if (due && !(column.equals("updateNorm") && (step == 0 || step == 30))) {
            assertEquals(every.run().value(column, step), value, column + " at " + step);
          } else if (!due) {
            assertTrue(Absent.is(value), column + " at " + step);
          }
        }
      }
    }
  }

  @Test
  void inLargeNetworks_theParametersAreReadAtEvery50thRecord() {
    DataSet data = Stacks.classes(DataType.FLOAT, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.FLOAT,
            new Sgd(0.3),
            new DenseLayer.Builder().nIn(5).nOut(400).activation(Activation.RELU).build(),
            new DenseLayer.Builder().nIn(400).nOut(400).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                .nIn(400)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    INDArray first = net.params().castTo(DataType.DOUBLE);
    INDArray before = first;
    for (int i = 0; i <= 50; i++) {
      before = i == 49 ? net.params().castTo(DataType.DOUBLE) : before;
      if (i == 50) {
        double update =
            net.params().castTo(DataType.DOUBLE).sub(before).norm2Number().doubleValue();
        net.fit(data);
        bias.close();
        assertEquals(update, bias.run().value("updateNorm", 50), 1e-6 * update);
      } else {
        net.fit(data);
      }
    }
    for (long step = 0; step <= 51; step++) {
      assertEquals(
          step % 50 != 0 && step != 51, Absent.is(bias.run().value("parameterNorm", step)));
    }
    double moved = net.params().castTo(DataType.DOUBLE).sub(first).norm2Number().doubleValue();
    assertEquals(moved, bias.run().value("distanceFromInit", 51), 1e-6 * moved);
  }

  private static List<Long> boxed(Run run) {
    List<Long> steps = new java.util.ArrayList<>();
    for (long step : run.metric("loss").steps()) {
      steps.add(step);
    }
    return steps;
  }
}
