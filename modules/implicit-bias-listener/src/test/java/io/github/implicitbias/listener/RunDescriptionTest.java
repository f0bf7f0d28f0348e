package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.RunHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;

/** What the user calls a run. */
class RunDescriptionTest {

  @Test
  void nameNoteAndTags_areInHeaderFileAndExport(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("one.ibrun");
    DataSet data = Networks.reference("s1a_data.csv");
    double[] start = new double[data.numInputs()];
    start[0] = 0.5;
    MultiLayerNetwork net = Networks.neuron(Activation.RELU, 0.01, start);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .name("first")
            .note("Does it start at all?")
            .tag("width", "1")
            .tag("rate", "0.1")
            .tag("rate", "0.01")
            .runFile(file)
            .build();
    assertEquals("first", bias.run().header().name(), "before training");
    net.addListeners(bias);
    net.fit(data);
    bias.close();
    Map<String, String> tags = Map.of("width", "1", "rate", "0.01");
    for (RunHeader header : new RunHeader[] {bias.run().header(), RunFile.open(file).header()}) {
      assertEquals("first", header.name());
      assertEquals("Does it start at all?", header.note());
      assertEquals(tags, header.tags());
    }
    Path json = folder.resolve("one.json");
    bias.run().writeJson(json);
    String text = Files.readString(json);
    assertTrue(text.contains("\"note\":\"Does it start at all?\""), text.substring(0, 600));
    assertTrue(text.contains("\"rate\":\"0.01\""), text.substring(0, 600));
  }

  @Test
  void whatIsNoTag_isSaid() {
    ListenerBuilder builder = ImplicitBiasListener.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.tag("", "value"));
    assertThrows(IllegalArgumentException.class, () -> builder.tag("x".repeat(513), "value"));
    assertThrows(IllegalArgumentException.class, () -> builder.note("x".repeat(70_000)));
  }
}
