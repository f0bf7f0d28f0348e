package io.github.implicitbias.samples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.common.resources.DL4JResources;
import org.deeplearning4j.common.resources.ResourceType;
import org.deeplearning4j.datasets.iterator.impl.IrisDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The Iris data, through DL4J's own iterator.
 *
 * <p>The iterator would download the data into the user's home directory, although the same file is
 * part of deeplearning4j-core. So it is shown that one, in a folder that lasts as long as reading.
 */
final class Iris {

  static final int SAMPLES = 150;

  private Iris() {}

  /** Returns the samples in the order of the file. */
  static List<DataSet> samples() {
    try {
      Path base = Files.createTempDirectory("iris");
      try (InputStream data = DL4JResources.class.getResourceAsStream("/iris.dat")) {
        DL4JResources.setBaseDirectory(base.toFile());
        Path folder = DL4JResources.getDirectory(ResourceType.DATASET, "iris").toPath();
        Files.createDirectories(folder);
        Path file = folder.resolve("iris.dat");
        Files.copy(data, file);
        List<DataSet> samples = new IrisDataSetIterator(SAMPLES, SAMPLES).next().asList();
        for (Path path = file; path != null && !path.equals(base); path = path.getParent()) {
          Files.delete(path);
        }
        return samples;
      } finally {
        DL4JResources.resetBaseDirectoryLocation();
        Files.deleteIfExists(base);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
