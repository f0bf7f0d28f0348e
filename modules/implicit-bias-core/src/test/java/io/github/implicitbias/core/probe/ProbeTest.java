package io.github.implicitbias.core.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProbeTest {

  @Test
  void shapes_followFromTheLengths() {
    Probe probe = new Probe(2, new double[] {1, 2, 3, 4, 5, 6}, new double[] {0, 1}, null);
    assertEquals(2, probe.samples());
    assertEquals(3, probe.inputs());
    assertEquals(1, probe.outputs());
    assertArrayEquals(new int[] {0, 1}, probe.sampleIds());
  }

  @Test
  void classes_areTheLargestLabel_orTheSignOfASingleOne() {
    double[] one = {-1, 0, 1, Double.NaN, -0.0, 1e-300};
    assertArrayEquals(
        new int[] {0, 0, 1, 0, 0, 1}, new Probe(6, new double[6], one, null).classes());
    double[] several = {0, 0, 1, 1, 0, 0, 0, 1, 0, 0.5, 0.5, 0.1, -3, -1, -2};
    assertArrayEquals(
        new int[] {2, 0, 1, 0, 1}, new Probe(5, new double[5], several, null).classes());
  }

  @Test
  void hash_isThatOfTheDocumentedBytes_forLongAndShortProbes() throws Exception {
    for (int samples : new int[] {1, 3, 1023, 1024, 1025, 5000}) {
      double[] x = new double[2 * samples];
      double[] y = new double[3 * samples];
      Arrays.setAll(x, i -> Math.sin(i));
      Arrays.setAll(y, i -> Math.cos(i));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(samples);
      out.writeInt(2);
      out.writeInt(3);
      for (double value : x) {
        out.writeDouble(value);
      }
      for (double value : y) {
        out.writeDouble(value);
      }
      byte[] sha = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
      assertEquals(
          String.format("%064x", new BigInteger(1, sha)), new Probe(samples, x, y, null).hash());
    }
  }

  @Test
  void hash_seesShapeFeaturesAndLabels_butNotTheNamesOfSamples() {
    double[] x = {1, 2, 3, 4};
    double[] y = {0, 1, 0, 1};
    String hash = new Probe(2, x, y, null).hash();
    assertEquals(hash, new Probe(2, x, y, new int[] {7, 8}).hash());
    assertNotEquals(hash, new Probe(4, x, y, null).hash());
    assertNotEquals(hash, new Probe(2, y, x, null).hash());
    assertNotEquals(hash, new Probe(2, new double[] {1, 2, 3, 5}, y, null).hash());
    assertNotEquals(hash, new Probe(2, x, new double[] {-0.0, 1, 0, 1}, null).hash());
  }

  @Test
  void probe_isNotChangedThroughItsArrays() {
    double[] x = {1};
    double[] y = {2};
    int[] ids = {3};
    Probe probe = new Probe(1, x, y, ids);
    for (Supplier<double[]> array : Arrays.<Supplier<double[]>>asList(() -> x, () -> y)) {
      array.get()[0] = 9;
    }
    ids[0] = 9;
    probe.features()[0] = 9;
    probe.labels()[0] = 9;
    probe.sampleIds()[0] = 9;
    assertArrayEquals(new double[] {1}, probe.features());
    assertArrayEquals(new double[] {2}, probe.labels());
    assertArrayEquals(new int[] {3}, probe.sampleIds());
  }

  @Test
  void lengthsThatDoNotFit_areRefusedWithASentence() {
    double[] two = {1, 2};
    refuse("no samples", () -> new Probe(0, two, two, null));
    refuse("no samples", () -> new Probe(-1, two, two, null));
    refuse("feature values", () -> new Probe(3, two, new double[3], null));
    refuse("feature values", () -> new Probe(2, new double[0], two, null));
    refuse("label values", () -> new Probe(2, two, new double[3], null));
    refuse("label values", () -> new Probe(2, two, new double[0], null));
    refuse("one per sample", () -> new Probe(2, two, two, new int[1]));
  }

  private static void refuse(String part, Supplier<Probe> making) {
    String message = assertThrows(IllegalArgumentException.class, () -> making.get()).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void probe_survivesSerialization() throws Exception {
    Probe probe = new Probe(1, new double[] {1, Double.NaN}, new double[] {2}, new int[] {5});
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(probe);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Probe back = (Probe) in.readObject();
      assertEquals(probe.hash(), back.hash());
      assertArrayEquals(probe.sampleIds(), back.sampleIds());
    }
  }

  @Test
  void aSample_hasOneOfEveryClass_whereThereIsRoom() {
    // Largest remainders would leave the rare classes without any.
    assertArrayEquals(new int[] {18, 1, 1}, Probe.shares(new int[] {990, 6, 4}, 20));
    assertArrayEquals(new int[] {1, 1, 0, 1}, Probe.shares(new int[] {990, 6, 0, 4}, 3));
    assertArrayEquals(new int[] {2, 0, 0}, Probe.shares(new int[] {990, 6, 4}, 2));
    double[] labels = new double[1000];
    Arrays.fill(labels, 0, 4, 1);
    Probe all = new Probe(1000, new double[2000], labels, null);
    for (int size : new int[] {2, 20, 100, 999}) {
      for (long seed = 0; seed < 20; seed++) {
        assertTrue(Arrays.stream(all.sample(size, seed).classes()).sum() >= 1);
      }
    }
  }
}
