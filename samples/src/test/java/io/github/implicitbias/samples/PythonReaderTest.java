package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.TensorBoard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** {@code docs/python/ibrun.py} against the CSV files of the same run, where Python has NumPy. */
class PythonReaderTest {

  private static final Path READER = Path.of("..", "docs", "python").toAbsolutePath().normalize();

  /** The Python to be used, if it is not the one that the path finds. */
  private static final String PYTHON =
      System.getenv().getOrDefault("IMPLICIT_BIAS_PYTHON", "python3");

  @TempDir Path folder;

  @BeforeAll
  static void needsPython() throws Exception {
    boolean there;
    try {
      there = python(List.of("-c", "import numpy")).startsWith("0 ");
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "there is no Python 3 with NumPy: ibrun.py is not tested");
  }

  /** Returns the exit code and what was printed. */
  private static String python(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(PYTHON, "-B"));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + out.strip();
  }

  private Path train() throws IOException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.3))
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(9).activation(Activation.RELU).build())
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(2)
                        .build())
                .build());
    net.init();
    Nd4j.getRandom().setSeed(5);
    INDArray x = Nd4j.randn(DataType.DOUBLE, 70, 3);
    INDArray y = Nd4j.zeros(DataType.DOUBLE, 70, 2);
    for (int i = 0; i < 70; i++) {
      y.putScalar(i, x.getDouble(i, 0) > 0 ? 1 : 0, 1);
    }
    DataSet data = new DataSet(x, y);
    Path file = folder.resolve("run.ibrun");
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(Preset.FULL)
            .runFile(file)
            .schedule(Schedule.everyStep())
            .build();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(data.asList(), 16), 12);
    bias.close();
    bias.run().writeCsv(folder.resolve("csv"), true);
    return file;
  }

  @Test
  void everyNumber_isThatOfTheExport() throws Exception {
    Path file = train();
    Path script = Path.of("src", "test", "resources", "check_ibrun.py").toAbsolutePath();
    String said =
        python(
            List.of(
                script.toString(),
                READER.toString(),
                file.toString(),
                folder.resolve("csv").toString()));
    assertTrue(said.startsWith("0 "), said);
    for (String part :
        List.of("steps.csv", "patterns.csv", "samples.csv", "visits.csv", "epochs.csv", "flips")) {
      assertTrue(said.contains(part + "="), said);
    }
  }

  @Test
  void damage_costsABlockAndIsAGap() throws Exception {
    Path file = train();
    byte[] bytes = Files.readAllBytes(file);
    String count =
        "import sys; sys.path.insert(0, sys.argv[1]); import ibrun;"
            + " r = ibrun.open(sys.argv[2]); print(len(r.steps), len(r.gaps))";
    String whole = python(List.of("-c", count, READER.toString(), file.toString()));
    String[] numbers = whole.split(" ");
    assertEquals("0", numbers[0], whole);
    assertEquals("0", numbers[2], whole);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
    String damaged = python(List.of("-c", count, READER.toString(), file.toString()));
    String[] left = damaged.split(" ");
    assertEquals("0", left[0], damaged);
    assertTrue(Integer.parseInt(left[1]) < Integer.parseInt(numbers[1]), damaged);
  }

  /** The cells of the notebook, one after the other. */
  @Test
  void theNotebook_drawsItsFigures() throws Exception {
    String there = python(List.of("-c", "import matplotlib"));
    assumeTrue(there.startsWith("0 "), "there is no Matplotlib: the notebook is not run");
    train();
    String cells =
        "import json, os, sys; import matplotlib; matplotlib.use('Agg');"
            + " sys.path.insert(0, sys.argv[1]); os.chdir(sys.argv[2]);"
            + " cells = json.load(open(os.path.join(sys.argv[1], 'figures.ipynb')))['cells'];"
            + " space = {};"
            + " [exec(''.join(c['source']), space) for c in cells if c['cell_type'] == 'code']";
    String said = python(List.of("-c", cells, READER.toString(), folder.toString()));
    assertTrue(said.startsWith("0 "), said);
    for (String figure : List.of("loss-and-flips.png", "patterns.png", "data-map.png")) {
      assertTrue(Files.size(folder.resolve(figure)) > 5_000, figure);
    }
  }

  /** TensorBoard's own reader, where it is installed. */
  @Test
  void tensorBoard_readsItsExport() throws Exception {
    String there = python(List.of("-c", "import tensorboard"));
    assumeTrue(there.startsWith("0 "), "there is no TensorBoard: its export is not read by it");
    Run run = RunFile.open(train());
    Path board = folder.resolve("board");
    TensorBoard.write(run, board);
    String script =
        "import sys; from tensorboard.backend.event_processing import event_accumulator as ea; a ="
            + " ea.EventAccumulator(sys.argv[1], {ea.SCALARS: 0, ea.HISTOGRAMS: 0}); a.Reload();"
            + " loss = a.Scalars('training/loss'); t = a.Tags(); print(len(loss), loss[-1].step,"
            + " repr(loss[-1].value), len(t['histograms']))";
    String[] said = python(List.of("-c", script, board.toString())).split("\\s+");
    assertEquals("0", said[0], String.join(" ", said));
    int n = said.length;
    Series loss = run.metric("loss");
    assertEquals(loss.size(), Integer.parseInt(said[n - 4]));
    assertEquals(run.lastStep(), Long.parseLong(said[n - 3]));
    assertEquals((float) loss.value(loss.size() - 1), Float.parseFloat(said[n - 2]));
    assertTrue(Integer.parseInt(said[n - 1]) > 2, said[n - 1]);
  }
}
