package io.github.implicitbias.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs as event files of TensorBoard: scalars, one per column; histograms of numbers per sample and
 * per unit, and of the shares of the samples that units are on for in an epoch; suspect samples as
 * pictures, where visits hold them.
 *
 * <p>TensorBoard holds scalars as floats. What is absent is left out, what is not a number is
 * written as that. {@code tensorboard --logdir FOLDER} shows a folder, each folder below it as a
 * run.
 */
public final class TensorBoard {

  private TensorBoard() {}

  /**
   * Writes a run into a new file of a folder.
   *
   * @param folder is made if it does not exist
   * @return the file
   * @throws IOException if it cannot be written
   */
  public static Path write(Run run, Path folder) throws IOException {
    try (TensorBoardRecorder recorder = new TensorBoardRecorder(folder)) {
      recorder.header(run.header());
      run.visitBlocks(run.blocks(), recorder.visitor());
      run.visits()
          .visitEpochs(
              epoch -> {
                try {
                  recorder.epoch(epoch);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      recorder.table(run.visits().samples());
      recorder.flush();
      return recorder.file();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Returns a recorder that writes a run while it is recorded, for {@code recorder(...)} of the
   * listener: TensorBoard shows it as it grows, half a second late.
   *
   * @param folder is made if it does not exist; one run per folder
   * @throws IllegalArgumentException if it is a file
   */
  public static Recorder recorder(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is a file: give a folder.");
    }
    return new TensorBoardRecorder(folder);
  }
}
