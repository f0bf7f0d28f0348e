package io.github.implicitbias.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A model file holds all that another JVM needs: one with the library's jars on its class path,
 * running a program ({@code restore/Restore.java}) that names DL4J's classes only.
 */
class RestoreElsewhereTest {

  private static final long SECONDS = 180;

  private Process child;

  /** A model, and the data it is trained on. */
  private static final class Trained {
    final Model model;
    final DataSet data;

    Trained(Model model, DataSet data) {
      this.model = model;
      this.data = data;
    }
  }

  /** Returns every piece; what is added to {@link RoundTripTest} comes here, too. */
  private static Stream<Trained> models(DataType type) {
    return Stream.concat(
        Stream.concat(RoundTripTest.stacks(), RoundTripTest.starts())
            .flatMap(stack -> asNetworkAndGraph(type, stack)),
        Stream.of(neurons(type)));
  }

  private static Stream<Trained> asNetworkAndGraph(DataType type, RoundTripTest.Stack stack) {
    DataSet data = RoundTripTest.data(type);
    Adam updater = new Adam(0.01);
    return Stream.of(
        new Trained(new MultiLayerNetwork(RoundTripTest.configuration(type, stack, updater)), data),
        new Trained(new ComputationGraph(RoundTripTest.graph(type, stack, updater)), data));
  }

  /** Returns a network that is one layer, with one column of labels for all its neurons. */
  private static Trained neurons(DataType type) {
    NeuronOutputLayer layer =
        new NeuronOutputLayer.Builder(Losses.meanSquare())
            .nIn(3)
            .neurons(4)
            .hasBias(true)
            .weightInit(Weights.given(Samples.uniform(5, 4, 3)))
            .build();
    return new Trained(
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(type)
                .updater(new Adam(0.01))
                .list()
                .layer(layer)
                .build()),
        new DataSet(
            Samples.array(type, Samples.uniform(6, 9, 3)),
            Samples.array(type, Samples.signs(7, 9, 1))));
  }

  @AfterEach
  void endTheOtherJvm() {
    if (child != null) {
      child.destroyForcibly();
    }
  }

  @Test
  void restoredInAJvmThatKnowsOnlyTheJars_everyModelAnswersAndTrainsOnTheSame(@TempDir Path folder)
      throws Exception {
    answerAndTrainOnTheSame(DataType.FLOAT, folder);
  }

  @Test
  @Tag("thorough")
  void restoredInAJvmThatKnowsOnlyTheJars_everyModelOfDoublesDoesSoToo(@TempDir Path folder)
      throws Exception {
    answerAndTrainOnTheSame(DataType.DOUBLE, folder);
  }

  private void answerAndTrainOnTheSame(DataType type, Path folder) throws Exception {
    List<String> expected = new ArrayList<>();
    for (Trained trained : models(type).collect(Collectors.toList())) {
      String kind = trained.model instanceof ComputationGraph ? "graph" : "net";
      String name = String.format("%s-%03d", kind, expected.size());
      trained.model.init();
      fit(trained, 2); // so that the updater has a state to lose
      ModelSerializer.writeModel(trained.model, folder.resolve(name + ".zip").toFile(), true);
      Nd4j.saveBinary(trained.data.getFeatures(), folder.resolve(name + ".x").toFile());
      Nd4j.saveBinary(trained.data.getLabels(), folder.resolve(name + ".y").toFile());
      String before = hex(output(trained));
      String atRestore = hash(trained.model.params());
      fit(trained, 3);
      String after = hash(trained.model.params());
      assertNotEquals(atRestore, after);
      expected.add(name + " " + before + " " + after);
    }
    assertFalse(expected.isEmpty());
    expected.sort(null);

    child = start(folder);
    boolean ended = child.waitFor(SECONDS, TimeUnit.SECONDS);
    String said = Files.readString(folder.resolve("said.txt"));
    assertTrue(ended, "not ended after " + SECONDS + " s: " + said);
    assertEquals(0, child.exitValue(), said);
    assertEquals(
        String.join("\n", expected),
        String.join("\n", Files.readAllLines(folder.resolve("restored.txt"))));
  }

  private static Process start(Path folder) throws Exception {
    String program =
        Paths.get(RestoreElsewhereTest.class.getResource("/restore/Restore.java").toURI())
            .toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            Paths.get(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPathWithoutTests(),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            program,
            folder.toString());
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("said.txt").toFile())
        .start();
  }

  private static String classPathWithoutTests() throws URISyntaxException {
    Path tests =
        Paths.get(
            RestoreElsewhereTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String[] all = System.getProperty("java.class.path").split(File.pathSeparator);
    String[] kept =
        Arrays.stream(all).filter(e -> !Paths.get(e).equals(tests)).toArray(String[]::new);
    assertEquals(all.length - 1, kept.length, "the class path holds our tests once");
    assertFalse(Arrays.stream(kept).anyMatch(entry -> entry.contains("test-classes")));
    return String.join(File.pathSeparator, kept);
  }

  private static void fit(Trained trained, int steps) {
    for (int i = 0; i < steps; i++) {
      if (trained.model instanceof ComputationGraph) {
        ((ComputationGraph) trained.model).fit(trained.data);
      } else {
        ((MultiLayerNetwork) trained.model).fit(trained.data);
      }
    }
  }

  private static INDArray output(Trained trained) {
    INDArray x = trained.data.getFeatures();
    return trained.model instanceof ComputationGraph
        ? ((ComputationGraph) trained.model).outputSingle(x)
        : ((MultiLayerNetwork) trained.model).output(x);
  }

  private static String hex(INDArray array) {
    return Arrays.stream(array.dup('c').data().asDouble())
        .mapToObj(Double::toHexString)
        .collect(Collectors.joining(","));
  }

  private static String hash(INDArray array) throws Exception {
    double[] values = array.dup('c').data().asDouble();
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length);
    bytes.asDoubleBuffer().put(values);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
    StringBuilder hash = new StringBuilder();
    for (byte b : digest) {
      hash.append(String.format("%02x", b));
    }
    return hash.toString();
  }
}
