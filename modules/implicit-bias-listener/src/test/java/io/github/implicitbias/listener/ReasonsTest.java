package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Dropout takes nothing away that can be computed, and what is absent says why, by name. */
class ReasonsTest {

  private static final DataSet ROWS = Stacks.classes(DataType.DOUBLE, 12, 4, 3, 1);

  private static Run watch(DataSet data, Layer... layers) {
    MultiLayerNetwork net = PlainModels.stack(layers);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .build();
    net.addListeners(bias);
    net.fit(data);
    net.fit(data);
    bias.close();
    assertEquals(Map.of(), bias.failures());
    return bias.run();
  }

  /** The metrics that have a value at the first record. */
  private static List<String> known(Run run) {
    List<String> known = new ArrayList<>();
    for (Column column : run.header().columns()) {
      boolean metric = column.kind() == Column.Kind.METRIC;
      if (metric && !Absent.is(run.value(column.name(), run.firstStep()))) {
        known.add(column.name());
      }
    }
    return known;
  }

  private static DenseLayer hidden(double dropOut, double l2) {
    DenseLayer.Builder builder =
        new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.RELU);
    if (dropOut > 0) {
      builder.dropOut(dropOut);
    }
    return builder.l2(l2).build();
  }

  @Test
  void dropout_takesNoMetricAway() {
    Run without = watch(ROWS, hidden(0, 0), PlainModels.classes(6, 3));
    Run with = watch(ROWS, hidden(0.8, 0), PlainModels.classes(6, 3));
    Run between =
        watch(ROWS, hidden(0, 0), new DropoutLayer.Builder(0.5).build(), PlainModels.classes(6, 3));
    List<String> all = known(without);
    assertTrue(all.contains("pathNorm") && all.contains("balanceGap[layer0]"), all.toString());
    assertTrue(known(with).containsAll(withoutTraining(all)), known(with).toString());
    assertTrue(known(between).containsAll(withoutTraining(all)), known(between).toString());
    for (String column : List.of("loss", "pathNorm", "minMargin", "stableRank[layer0]")) {
      assertEquals(without.value(column, 0), with.value(column, 0), 1e-12, column);
      assertEquals(without.value(column, 0), between.value(column, 0), 1e-12, column);
    }
  }

  /** Without those that are about gradient descent on exactly this loss, or its own samples. */
  private static List<String> withoutTraining(List<String> all) {
    List<String> some = new ArrayList<>(all);
    some.removeIf(name -> name.startsWith("span") || name.equals("stabilityRatio"));
    some.removeIf(name -> name.startsWith("batch") || name.startsWith("visit"));
    return some;
  }

  @Test
  void predictions_nameWhatRestrainsTraining() {
    Run run = watch(ROWS, hidden(0.8, 1e-5), PlainModels.classes(6, 3));
    String verdicts = run.verdicts().toString();
    assertTrue(verdicts.contains("layer0 has dropout 0.8; layer0 has l2 1.0E-5"), verdicts);
    assertFalse(verdicts.contains("regularization, dropout or a constraint"), verdicts);
  }

  @Test
  void whatIsAbsent_isInTheProvenance_withTheReason() {
    DataSet pictures = PlainModels.pictures(2);
    MultiLayerNetwork net =
        PlainModels.images(
            PlainModels.convolution(2, Activation.RELU),
            new org.deeplearning4j.nn.conf.layers.OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build());
    ImplicitBiasListener bias = ImplicitBiasListener.builder(pictures).build();
    net.addListeners(bias);
    net.fit(pictures);
    bias.close();
    Map<String, String> provenance = bias.run().header().provenance();
    String reason = null;
    for (Map.Entry<String, String> fact : provenance.entrySet()) {
      if (fact.getKey().startsWith("absent ") && fact.getKey().contains("pathNorm")) {
        reason = fact.getValue();
      }
    }
    assertEquals(
        "layer0 (ConvolutionLayer) is not a dense layer", reason, () -> "of " + provenance);
  }

  @Test
  void withoutAKink_whatTheMatricesAre_isRecorded() {
    DataSet series = SequenceModels.series();
    Run run =
        watch(
            series,
            new LSTM.Builder().nIn(3).nOut(5).activation(Activation.TANH).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(5)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build());
    assertTrue(run.header().layers().isEmpty());
    assertTrue(run.value("stableRank[layer0]", 0) >= 1);
    assertTrue(run.value("spectralNorm[layer1]", 0) > 0);
    Run rows = watch(ROWS, PlainModels.dense(4, 6, Activation.TANH), PlainModels.classes(6, 3));
    MultiLayerNetwork same =
        PlainModels.stack(PlainModels.dense(4, 6, Activation.TANH), PlainModels.classes(6, 3));
    INDArray w = same.getParam("0_W");
    INDArray v = same.getParam("1_W");
    double gap = 0;
    for (int j = 0; j < 6; j++) {
      double in = w.getColumn(j).norm2Number().doubleValue();
      double out = v.getRow(j).norm2Number().doubleValue();
      gap = Math.max(gap, Math.abs(in * in - out * out));
    }
    assertEquals(gap, rows.value("balanceGap[layer0]", 0), 1e-12);
    assertEquals(w.norm2Number().doubleValue(), rows.value("frobeniusNorm[layer0]", 0), 1e-12);
    double least = Double.POSITIVE_INFINITY;
    INDArray z = same.feedForward(ROWS.getFeatures(), false).get(1).mmul(v);
    for (int i = 0; i < 12; i++) {
      int label = ROWS.getLabels().argMax(1).getInt(i);
      for (int k = 0; k < 3; k++) {
        double margin = z.getDouble(i, label) - z.getDouble(i, k);
        least = k == label ? least : Math.min(least, margin);
      }
    }
    assertEquals(least, rows.value("minMargin", 0), 1e-12);
  }

  /** The values per sample that the run declares, has none of, and gives no reason for. */
  private static List<String> unexplained(Run run) {
    List<String> without = new ArrayList<>();
    for (Column column : run.header().sampleColumns()) {
      boolean said = false;
      for (String key : run.header().provenance().keySet()) {
        said |=
            key.startsWith("absent ")
                && List.of(key.substring(7).split(", ")).contains(column.id());
      }
      boolean known = run.sampleValues(column.name(), run.firstStep()) != null;
      if (!known && !said) {
        without.add(column.name());
      }
    }
    return without;
  }

  @Test
  void numbersPerSample_haveAReason_whereThereAreNone() {
    Run images =
        watch(
            SequenceModels.series(),
            new LSTM.Builder().nIn(3).nOut(5).activation(Activation.TANH).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(5)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build());
    String reasons = images.header().provenance().toString();
    assertTrue(reasons.contains("marginSupport") && reasons.contains("coneSupport"), () -> reasons);
    assertEquals(List.of(), unexplained(images), () -> reasons);
    Run tanh = watch(ROWS, PlainModels.dense(4, 6, Activation.TANH), PlainModels.classes(6, 3));
    String why = tanh.header().provenance().toString();
    assertEquals(List.of(), unexplained(tanh), () -> why);
    assertTrue(why.contains("layer0 has the activation tanh") || why.contains("tanh"), () -> why);
  }
}
