package io.github.implicitbias.samples;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.deeplearning4j.common.resources.DL4JResources;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.eclipse.deeplearning4j.resources.DataSetResource;
import org.eclipse.deeplearning4j.resources.ResourceDataSets;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/** MNIST through DL4J's own iterator, which keeps it in the user's home directory. */
final class Mnist {

  private static final int MILLIS = 3000;
  private static final List<String> FILES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  private Mnist() {}

  /**
   * Sees to it that the data is there.
   *
   * @param seconds how long a download may take, 0 for any time
   * @param say is told in a sentence that it is about to be looked for elsewhere
   * @return null if it is, or why not
   */
  static @Nullable String fetch(int seconds, Consumer<String> say) {
    List<DataSetResource> files =
        List.of(
            ResourceDataSets.mnistTrain(),
            ResourceDataSets.mnistTrainLabels(),
            ResourceDataSets.mnistTest(),
            ResourceDataSets.mnistTestLabels());
    if (files.stream().allMatch(DataSetResource::existsLocally)) {
      return null;
    }
    String host = DL4JResources.getBaseDownloadURL();
    say.accept(
        "MNIST is not in "
            + DL4JResources.getBaseDirectory()
            + ": looking for it at "
            + host
            + (seconds == 0 ? "." : ", for at most " + seconds + " seconds."));
    if (!answers(host)) {
      return host + " does not answer";
    }
    CompletableFuture<Void> download =
        CompletableFuture.runAsync(
            () -> {
              samples(1, true, 1, null);
              samples(1, false, 1, null);
            });
    try {
      if (seconds == 0) {
        download.get();
      } else {
        download.get(seconds, TimeUnit.SECONDS);
      }
      return null;
    } catch (TimeoutException e) {
      return "the download takes longer than " + seconds + " seconds";
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return "the download fails: " + (cause == null ? e : cause).getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "the download was interrupted";
    }
  }

  private static boolean answers(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
      connection.setRequestMethod("HEAD");
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      connection.getResponseCode();
      connection.disconnect();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Says what of the files is missing in a directory, unzipped as DL4J reads them.
   *
   * @return null if they are there
   */
  static @Nullable String missing(Path directory) {
    for (String name : FILES) {
      if (!Files.isRegularFile(directory.resolve(name))) {
        return directory + " has no file " + name;
      }
    }
    return null;
  }

  /**
   * Returns shuffled samples: features [samples, 784] from 0 to 1, labels one-hot.
   *
   * @param directory where the files are; null where DL4J keeps them
   */
  static DataSet samples(int samples, boolean train, int seed, @Nullable Path directory) {
    File from = directory == null ? null : directory.toFile();
    try {
      return from == null
          ? new MnistDataSetIterator(samples, samples, false, train, true, seed).next()
          : new MnistDataSetIterator(samples, samples, false, train, true, seed, from).next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
