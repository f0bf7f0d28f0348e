package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.implicitbias.predictions.Preset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Every layer that DL4J has, each in a small network: watching it changes nothing, and it is
 * tracked exactly, or left out with the reason. A layer without a row fails.
 */
class LayerSweepTest {

  private static final Map<Class<?>, SmallNetwork> ROWS = new HashMap<>(LayerRows.all());

  static {
    ROWS.putAll(SpatialLayerRows.all());
  }

  static Collection<String> layers() {
    return Kinds.of(Layer.class).keySet();
  }

  @Test
  void everyLayerHasARow() {
    TreeSet<String> rows = new TreeSet<>();
    ROWS.keySet().forEach(kind -> rows.add(kind.getSimpleName()));
    assertEquals(new TreeSet<>(layers()), rows);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aLayerIsWatchedExactly(String layer) {
    check(layer, DataType.FLOAT, Preset.STANDARD, false);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("layers")
  void aLayerIsWatchedExactly_inDoublePrecision(String layer) {
    check(layer, DataType.DOUBLE, Preset.FULL, false);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("layers")
  void aLayerIsWatchedExactly_inAGraph(String layer) {
    check(layer, DataType.DOUBLE, Preset.STANDARD, true);
  }

  private static void check(String layer, DataType type, Preset preset, boolean inGraph) {
    Class<?> kind = Kinds.of(Layer.class).get(layer);
    SmallNetwork small = ROWS.get(kind);
    if (kind == LearnedSelfAttentionLayer.class) {
      assertThrows(RuntimeException.class, small::data, "DL4J can run it now");
      System.out.println(layer + ": " + Sweep.CANNOT);
      return;
    }
    Sweep sweep = new Sweep(of -> inGraph ? small.makeGraph(of) : small.make(of), small.data());
    boolean signOfInput = kind == PReLULayer.class;
    String found = (signOfInput ? sweep.signOfInput() : sweep).check(type, preset);
    assertNotEquals(Sweep.CANNOT, found);
    System.out.println(layer + ": " + found);
  }
}
