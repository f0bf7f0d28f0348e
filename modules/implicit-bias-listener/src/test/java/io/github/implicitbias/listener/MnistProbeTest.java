package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.predictions.Preset;
import java.io.File;
import java.lang.management.ManagementFactory;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * What it takes to read the probe from DL4J's iterator over MNIST. The directory with the unzipped
 * files of the training set is named by the variable IMPLICIT_BIAS_MNIST.
 */
@Tag("soak")
@EnabledIfEnvironmentVariable(
    named = "IMPLICIT_BIAS_MNIST",
    matches = ".+",
    disabledReason = "IMPLICIT_BIAS_MNIST does not name a directory with MNIST's training set")
class MnistProbeTest {

  private static MnistDataSetIterator mnist() throws Exception {
    File folder = new File(System.getenv("IMPLICIT_BIAS_MNIST"));
    return new MnistDataSetIterator(128, 60_000, false, true, true, 1, folder);
  }

  private static long used() {
    for (int k = 0; k < 3; k++) {
      System.gc();
    }
    Runtime memory = Runtime.getRuntime();
    return memory.totalMemory() - memory.freeMemory();
  }

  private static double cpuSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() * 1e-9;
  }

  @Test
  void sixtyThousandSamples_addAtMost100MegabytesOfHeap() throws Exception {
    MnistDataSetIterator data = mnist();
    long before = used();
    double began = cpuSeconds();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).preset(Preset.STANDARD).build();
    double building = cpuSeconds() - began;
    MnistDataSetIterator plain = mnist();
    began = cpuSeconds();
    int samples = 0;
    while (plain.hasNext()) {
      samples += plain.next().numExamples();
    }
    double reading = cpuSeconds() - began;
    assertEquals(60_000, samples);
    double megabytes = (used() - before) * 1e-6;
    System.out.printf(
        "build() took %.2f s of CPU, reading alone %.2f s; it keeps %.1f MB of heap%n",
        building, reading, megabytes);
    assertTrue(megabytes < 100, megabytes + " MB");
    assertEquals(2000, bias.run().header().samples());
    assertTrue(data.hasNext());
  }
}
