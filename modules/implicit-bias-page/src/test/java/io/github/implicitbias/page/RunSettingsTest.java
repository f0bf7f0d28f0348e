package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.testkit.MadeUpRun;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings come from tags, configuration and provenance by themselves. */
class RunSettingsTest {

  private static final String UPDATER =
      "{'@class':'org.nd4j.linalg.learning.config.Nesterovs','learningRate':'NaN',"
          + "'learningRateSchedule':{'@class':'org.nd4j.linalg.schedule.StepSchedule',"
          + "'decayRate':0.5,'initialValue':0.1,'scheduleType':'EPOCH','step':3.0},"
          + "'momentum':0.9}";

  private static String dense(int inputs, int units, String activation, String more) {
    return "{'layer':{'@class':'org.deeplearning4j.nn.conf.layers.DenseLayer',"
        + "'activationFn':{'@class':'org.nd4j.linalg.activations.impl.Activation"
        + activation
        + "'},'nin':"
        + inputs
        + ",'nout':"
        + units
        + ",'idropout':{'@class':'org.deeplearning4j.nn.conf.dropout.Dropout','p':0.8},"
        + "'regularization':[{'@class':'org.nd4j.linalg.learning.regularization."
        + "L2Regularization','l2':{'@class':'org.nd4j.linalg.schedule.FixedSchedule',"
        + "'value':1.0E-4}}],'iupdater':"
        + UPDATER
        + more
        + "}}";
  }

  private static final String OUTPUT =
      "{'layer':{'@class':'org.deeplearning4j.nn.conf.layers.OutputLayer','nin':8,'nout':3,"
          + "'lossFn':{'@class':'org.nd4j.linalg.lossfunctions.impl.LossMCXENT'},"
          + "'iupdater':"
          + UPDATER
          + "}}";

  private static Map<String, String> settings(String... layers) {
    String configuration = "{'confs':[" + String.join(",", layers) + "]}";
    return RunSettings.of(
        new HeaderBuilder("s", "w", 1)
            .provenance(
                Map.of(
                    "seed", "5",
                    "dataType", "FLOAT",
                    "dataHash", "sha256:0123456789abcdef",
                    "configuration", configuration.replace('\'', '"')))
            .build());
  }

  @Test
  void aNetworkSaysAllItsSettings() {
    String init =
        ",'weightInitFn':{'@class':'io.github.implicitbias.nn.init.ScaledWeights','init':"
            + "{'@class':'org.deeplearning4j.nn.weights.WeightInitXavier'},'factor':0.01}";
    Map<String, String> found = settings(dense(4, 8, "ReLU", init), OUTPUT);
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("learning rate", "0.1");
    expected.put("momentum", "0.9");
    expected.put("schedule", "step");
    expected.put("updater", "Nesterovs");
    expected.put("init scale", "0.01");
    expected.put("initializer", "xavier");
    expected.put("width", "8");
    expected.put("depth", "2");
    expected.put("layers", "dense, output");
    expected.put("activation", "relu");
    expected.put("dropout", "0.8");
    expected.put("l2", "0.0001");
    expected.put("loss function", "MCXENT");
    expected.put("seed", "5");
    expected.put("data type", "float");
    expected.put("data", "01234567");
    assertEquals(expected.toString(), found.toString());
  }

  @Test
  void whereLayersDiffer_theirValuesAreListed() {
    Map<String, String> found =
        settings(dense(4, 16, "ReLU", ""), dense(16, 8, "TanH", ""), OUTPUT);
    assertEquals("16, 8", found.get("width"));
    assertEquals("relu, tanh", found.get("activation"));
    assertEquals("3", found.get("depth"));
  }

  @Test
  void aTagTakesThePlaceOfASetting_andStandsFirst() {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("start scale", "0.03");
    tags.put("seed", "none");
    Map<String, String> found =
        RunSettings.of(
            new HeaderBuilder("s", "w", 1).tags(tags).provenance(Map.of("seed", "5")).build());
    assertEquals("{start scale=0.03, seed=none}", found.toString());
  }

  @Test
  void aHeaderThatSaysNothing_orSomethingElse_hasNoSettings() {
    assertTrue(RunSettings.of(new HeaderBuilder("s", "w", 1).build()).isEmpty());
    for (String text : new String[] {"", "{", "[1]", "{\"confs\":[{\"layer\":7},{}]}"}) {
      Map<String, String> facts = Map.of("configuration", text);
      assertTrue(
          RunSettings.of(new HeaderBuilder("s", "w", 1).provenance(facts).build()).isEmpty(), text);
    }
    assertFalse(RunSettings.of(new MadeUpRun("s", "w", 10).header).isEmpty());
  }

  @Test
  void aRunOnItsProbe_hasBatchesOfItsSize() throws Exception {
    MadeUpRun made = new MadeUpRun("s", "w", 10);
    assertEquals(
        Integer.toString(MadeUpRun.SAMPLES),
        RunSettings.batch(new FollowedRun(made.log()).whole().run()));
  }
}
