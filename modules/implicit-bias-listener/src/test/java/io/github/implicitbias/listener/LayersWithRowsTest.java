package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The patterns of layers that are shared, distributed over time, or wrapped, are those of
 * pre-activations computed by hand from their weights.
 */
class LayersWithRowsTest {

  /** Gives the pre-activation of a unit, as the layer of a run numbers it, for a sample. */
  private interface PreActivation {
    double of(int unit, int sample);
  }

  private static ImplicitBiasListener watch(ListenerBuilder builder, Model net, Runnable step) {
    ImplicitBiasListener bias = builder.schedule(Schedule.everyStep()).build();
    net.addListeners(bias);
    step.run();
    step.run();
    bias.close();
    return bias;
  }

  /** The last record is of the parameters that the network has now. */
  private static void equal(Run run, String axes, int[] shape, PreActivation z) {
    TrackedLayer layer = run.header().layers().get(0);
    assertEquals(axes, layer.axes());
    assertArrayEquals(shape, layer.shape());
    ActivationPattern pattern = run.patternAt(run.lastStep(), layer.name());
    int on = 0;
    for (int unit = 0; unit < layer.units(); unit++) {
      for (int i = 0; i < run.header().samples(); i++) {
        double value = z.of(unit, i);
        assertTrue(Math.abs(value) > 1e-9 || value == 0, "too near to tell");
        assertEquals(value > 0, pattern.isOn(unit, i), "unit " + unit + ", sample " + i);
        on += value > 0 ? 1 : 0;
      }
    }
    assertTrue(on > 0 && on < layer.units() * run.header().samples());
  }

  private static double affine(INDArray x, int sample, INDArray w, INDArray b, int unit) {
    double z = b.getDouble(unit);
    for (int k = 0; k < w.size(0); k++) {
      z += x.getDouble(sample, k) * w.getDouble(k, unit);
    }
    return z;
  }

  @Test
  void aLayerSharedByTwoInputs_hasAUnitForEach() {
    ComputationGraph graph = GraphModels.siamese();
    MultiDataSet pairs = GraphModels.pairs();
    Run run = watch(ImplicitBiasListener.builder(pairs), graph, () -> graph.fit(pairs)).run();
    equal(
        run,
        "unit,input",
        new int[] {7, 2},
        (unit, i) ->
            affine(
                pairs.getFeatures(unit % 2),
                i,
                graph.getLayer("shared").getParam("W"),
                graph.getLayer("shared").getParam("b"),
                unit / 2));
  }

  @Test
  void convolutionsOverTheImagesOfASequence_haveAUnitForEachTimeAndPlace() {
    MultiLayerNetwork net = SequenceModels.film();
    DataSet films = SequenceModels.films();
    Run run = watch(ImplicitBiasListener.builder(films), net, () -> net.fit(films)).run();
    INDArray w = net.getParam("0_W");
    INDArray b = net.getParam("0_b");
    INDArray x = films.getFeatures();
    equal(
        run,
        "channel,row,column,time",
        new int[] {2, 2, 2, 6},
        (unit, i) -> {
          int channel = unit / 24;
          int time = unit % 6;
          int row = unit / 12 % 2;
          int column = unit / 6 % 2;
          double z = b.getDouble(channel);
          for (int r = 0; r < 2; r++) {
            for (int c = 0; c < 2; c++) {
              double pixel = x.getDouble(i, 3 * (row + r) + column + c, time);
              z += pixel * w.getDouble(channel, 0, r, c);
            }
          }
          return z;
        });
  }

  @Test
  void theSameDenseLayerAtEveryStep_hasAUnitForEachStep() {
    DataSet series = SequenceModels.series();
    MultiLayerNetwork net =
        SequenceModels.net(
            InputType.recurrent(3, 6),
            new TimeDistributed(
                new DenseLayer.Builder().nOut(5).activation(Activation.LEAKYRELU).build()),
            perStep());
    Run run = watch(ImplicitBiasListener.builder(series), net, () -> net.fit(series)).run();
    INDArray w = net.getParam("0_W");
    INDArray b = net.getParam("0_b");
    INDArray x = series.getFeatures();
    equal(
        run,
        "unit,time",
        new int[] {5, 6},
        (unit, i) -> {
          double z = b.getDouble(unit / 6);
          for (int k = 0; k < 3; k++) {
            z += x.getDouble(i, k, unit % 6) * w.getDouble(k, unit / 6);
          }
          return z;
        });
  }

  private static RnnOutputLayer perStep() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  @Test
  void stepsThatALayerMasksItself_areOff() {
    DataSet series = SequenceModels.series();
    INDArray x = series.getFeatures();
    for (int k = 0; k < 3; k++) {
      x.putScalar(new int[] {1, k, 4}, 0);
    }
    MultiLayerNetwork net =
        SequenceModels.net(
            InputType.recurrent(3, 6),
            new MaskZeroLayer.Builder()
                .setUnderlying(
                    new SimpleRnn.Builder().nIn(3).nOut(5).activation(Activation.RELU).build())
                .setMaskValue(0)
                .build(),
            perStep());
    Run run = watch(ImplicitBiasListener.builder(series), net, () -> net.fit(series)).run();
    INDArray out = net.feedForward(x, false).get(1);
    equal(run, "unit,time", new int[] {5, 6}, (unit, i) -> out.getDouble(i, unit / 6, unit % 6));
    ActivationPattern pattern = run.patternAt(run.lastStep(), "layer0");
    for (int unit = 0; unit < 5; unit++) {
      assertTrue(!pattern.isOn(unit * 6 + 4, 1));
    }
  }

  @Test
  void anAutoEncoderInAStack_isADenseLayer_withAnyActivation() {
    DataSet data = Stacks.classes(org.nd4j.linalg.api.buffer.DataType.DOUBLE, 12, 4, 3, 1);
    for (Activation activation : List.of(Activation.RELU, Activation.SIGMOID)) {
      MultiLayerNetwork net =
          PlainModels.stack(
              new AutoEncoder.Builder().nIn(4).nOut(5).activation(activation).build(),
              PlainModels.classes(5, 3));
      ListenerBuilder builder = ImplicitBiasListener.builder(data).layers("layer0");
      Run run = watch(builder, net, () -> net.fit(data)).run();
      equal(
          run,
          "unit",
          new int[] {5},
          (unit, i) ->
              affine(data.getFeatures(), i, net.getParam("0_W"), net.getParam("0_b"), unit));
    }
  }

  @Test
  void locallyConnectedLayers_haveWeightsOfTheirOwnAtEveryPlace() {
    DataSet data = PlainModels.pictures(2);
    MultiLayerNetwork net =
        PlainModels.images(
            new LocallyConnected2D.Builder()
                .kernelSize(2, 2)
                .nOut(2)
                .hasBias(false)
                .activation(Activation.RELU)
                .build(),
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build());
    Run run = watch(ImplicitBiasListener.builder(data), net, () -> net.fit(data)).run();
    INDArray out = net.feedForward(data.getFeatures(), false).get(1);
    int rows = (int) out.size(2);
    int columns = (int) out.size(3);
    equal(
        run,
        "channel,row,column",
        new int[] {2, rows, columns},
        (unit, i) ->
            out.getDouble(i, unit / (rows * columns), unit / columns % rows, unit % columns));
  }
}
