package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.VisitTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a run shows of the features of suspects is what training was shown. */
class HardestRowsTest {

  private static final int SAMPLES = 300;
  private static final List<String> CLASSES = List.of("left", "right", "up, =high");

  @TempDir Path folder;

  /** Rows of three classes that differ in a third of their entries; every twentieth label lies. */
  private static DataSet data(int entries, DataType type) {
    Random random = new Random(3);
    INDArray x = Nd4j.create(type, SAMPLES, entries);
    INDArray y = Nd4j.zeros(type, SAMPLES, 3);
    for (int i = 0; i < SAMPLES; i++) {
      int group = i % 3;
      for (int k = 0; k < entries; k++) {
        x.putScalar(i, k, (k % 3 == group ? 2 : 0) + 0.2 * random.nextGaussian());
      }
      y.putScalar(i, (i % 20 == 7 ? group + 1 : group) % 3, 1);
    }
    return new DataSet(x, y);
  }

  private static MultiLayerNetwork network(InputType input, DataType type, Layer first) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(type)
                .updater(new Adam(0.01))
                .activation(Activation.RELU)
                .list()
                .layer(first)
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(input)
                .build());
    net.init();
    return net;
  }

  private static Layer dense() {
    return new DenseLayer.Builder().nOut(20).build();
  }

  private Run trained(MultiLayerNetwork net, DataSet all, ListenerBuilder builder)
      throws Exception {
    Path file = folder.resolve("a.ibrun");
    ImplicitBiasListener bias = builder.visits(true).runFile(file).build();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(all.asList(), 16), 5);
    bias.close();
    assertEquals(0, bias.failures().size(), bias.failures()::toString);
    Run stored = RunFile.open(file);
    VisitTable inMemory = bias.run().visits().samples();
    VisitTable table = stored.visits().samples();
    for (int i = 0; i < SAMPLES; i++) {
      assertArrayEquals(inMemory.values(i), table.values(i));
      assertArrayEquals(inMemory.picture(i), table.picture(i));
    }
    assertTrue(table.suspects().size() > 2, table.suspects()::reason);
    return stored;
  }

  private static byte[] pixels(double[] row) {
    double low = Arrays.stream(row).min().getAsDouble();
    double high = Arrays.stream(row).max().getAsDouble();
    byte[] pixels = new byte[row.length];
    for (int k = 0; k < row.length; k++) {
      pixels[k] = (byte) Math.round(255 * (row[k] - low) / (high - low));
    }
    return pixels;
  }

  private static void assertPictures(VisitTable table, INDArray rows, int... shape) {
    assertArrayEquals(shape, table.pictureShape());
    assertEquals(0, table.shownFeatures());
    for (int sample : table.suspects().samples()) {
      double[] row = rows.getRow(sample).castTo(DataType.FLOAT).toDoubleVector();
      byte[] expected = pixels(row);
      byte[] picture = table.picture(sample);
      assertEquals(expected.length, picture.length, "sample " + sample);
      for (int k = 0; k < expected.length; k++) {
        assertEquals(expected[k] & 0xff, picture[k] & 0xff, 1, "pixel " + k + " of " + sample);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "DOUBLE", "f order"})
  void rowsOfATable_areShownAsValues_underTheNamesOfTheUser(String kind) throws Exception {
    DataType type = kind.equals("DOUBLE") ? DataType.DOUBLE : DataType.FLOAT;
    DataSet all = data(4, type);
    if (kind.equals("f order")) {
      all = new DataSet(all.getFeatures().dup('f'), all.getLabels());
    }
    List<String> features = List.of("width", "height", "=depth", "age, years");
    Run run =
        trained(
            network(InputType.feedForward(4), type, dense()),
            all,
            ImplicitBiasListener.builder(all).classNames(CLASSES).featureNames(features));
    assertEquals(CLASSES, run.header().classNames());
    assertEquals(features, run.header().featureNames());
    VisitTable table = run.visits().samples();
    assertEquals(4, table.shownFeatures());
    int shown = 0;
    for (int i = 0; i < SAMPLES; i++) {
      float[] values = table.values(i);
      if (values.length > 0) {
        assertArrayEquals(all.getFeatures().getRow(i).toFloatVector(), values);
        shown++;
      }
    }
    assertTrue(shown <= 50, shown + " rows");
    int[] suspects = table.suspects().samples();
    for (int suspect : suspects) {
      assertEquals(4, table.values(suspect).length, "suspect " + suspect);
    }
    run.writeCsv(folder);
    List<String> rows = Files.readAllLines(folder.resolve("suspects.csv"));
    assertTrue(
        rows.get(0)
            .endsWith(
                ",margin[4],feature[width],feature[height],feature[=depth],"
                    + "\"feature[age, years]\""),
        rows.get(0));
    String label = table.className(suspects[0] % 20 == 7 ? (suspects[0] + 1) % 3 : -1);
    assertTrue(CLASSES.contains(label), "the first suspect " + suspects[0] + " was changed");
    assertTrue(
        rows.get(1)
            .startsWith("1," + suspects[0] + "," + (label.startsWith("u") ? '"' : "") + label),
        rows.get(1));
    String[] cells = rows.get(1).split(",", -1);
    assertEquals(table.values(suspects[0])[3], Float.parseFloat(cells[cells.length - 1]));
    Path json = folder.resolve("a.json");
    run.writeJson(json);
    String text = Files.readString(json);
    assertTrue(text.contains("\"up, =high\"") && text.contains("\"=depth\""));
  }

  @Test
  void flatRowsOfAConvolution_areShownAsPictures() throws Exception {
    DataSet all = data(30, DataType.FLOAT);
    MultiLayerNetwork net =
        network(
            InputType.convolutionalFlat(6, 5, 1),
            DataType.FLOAT,
            new ConvolutionLayer.Builder(3, 3).nOut(6).build());
    Run run = trained(net, all, ImplicitBiasListener.builder(all).pictures(6, 5, 1));
    assertPictures(run.visits().samples(), all.getFeatures(), 6, 5, 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void colourPictures_areToldChannelByChannel(boolean channelsLast) throws Exception {
    DataSet flat = data(60, DataType.FLOAT);
    INDArray pictures = flat.getFeatures().reshape('c', SAMPLES, 3, 5, 4);
    if (channelsLast) {
      pictures = pictures.permute(0, 2, 3, 1).dup('c');
    }
    DataSet all = new DataSet(pictures, flat.getLabels());
    MultiLayerNetwork net =
        network(
            InputType.convolutional(5, 4, 3, channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW),
            DataType.FLOAT,
            new ConvolutionLayer.Builder(3, 3)
                .dataFormat(channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW)
                .nOut(6)
                .build());
    Run run = trained(net, all, ImplicitBiasListener.builder(all));
    assertPictures(run.visits().samples(), flat.getFeatures(), 5, 4, 3);
  }

  @Test
  void rowsThatTheUserCallsPictures_arePictures() throws Exception {
    DataSet all = data(30, DataType.DOUBLE);
    MultiLayerNetwork net = network(InputType.feedForward(30), DataType.DOUBLE, dense());
    Run run = trained(net, all, ImplicitBiasListener.builder(all).pictures(5, 6, 1));
    assertPictures(run.visits().samples(), all.getFeatures(), 5, 6, 1);
  }

  @Test
  void picturesThatDoNotFit_areSaid_andNothingIsShown() throws Exception {
    DataSet all = data(30, DataType.FLOAT);
    MultiLayerNetwork net = network(InputType.feedForward(30), DataType.FLOAT, dense());
    Run run = trained(net, all, ImplicitBiasListener.builder(all).pictures(5, 5, 1));
    VisitTable table = run.visits().samples();
    assertEquals(0, table.pictureShape().length);
    assertEquals(0, table.shownFeatures());
    assertTrue(table.status().contains("5 x 5 x 1"), table.status());
  }

  @Test
  void ofWideRows_theFirstValuesAreShown() throws Exception {
    DataSet all = data(100, DataType.FLOAT);
    MultiLayerNetwork net = network(InputType.feedForward(100), DataType.FLOAT, dense());
    Run run = trained(net, all, ImplicitBiasListener.builder(all));
    VisitTable table = run.visits().samples();
    assertEquals(64, table.shownFeatures());
    int sample = table.suspects().samples()[0];
    float[] row = all.getFeatures().getRow(sample).toFloatVector();
    assertArrayEquals(Arrays.copyOf(row, 64), table.values(sample));
  }

  @Test
  void namesAndShapesThatCannotBe_areRefused() {
    ListenerBuilder builder = ImplicitBiasListener.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.classNames(List.of()));
    assertThrows(IllegalArgumentException.class, () -> builder.featureNames(null));
    assertThrows(
        IllegalArgumentException.class, () -> builder.featureNames(Arrays.asList("a", null)));
    assertThrows(
        IllegalArgumentException.class, () -> builder.classNames(List.of("x".repeat(513))));
    assertThrows(IllegalArgumentException.class, () -> builder.pictures(28, 28, 2));
    assertThrows(IllegalArgumentException.class, () -> builder.pictures(0, 28, 1));
  }
}
