package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitTable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Writes the blocks of a run as events of TensorBoard. */
final class TensorBoardRecorder implements Recorder {

  private static final double MILLIS = 1_000;

  private final Path folder;
  private @Nullable Path file;
  private @Nullable EventFile events;
  private @Nullable RunHeader header;
  private String[] tags = {};
  private @Nullable Records records;

  TensorBoardRecorder(Path folder) {
    this.folder = folder;
  }

  /** Returns the file that is written. */
  Path file() {
    return required(file);
  }

  private static <T> T required(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the header comes first");
    }
    return part;
  }

  @Override
  public void header(RunHeader of) throws IOException {
    if (header != null) {
      return;
    }
    Files.createDirectories(folder);
    long seconds = of.startedAt() / 1_000;
    String id = of.id().toString().substring(0, 8);
    file = folder.resolve("events.out.tfevents." + seconds + ".implicit-bias." + id);
    EventFile opened = new EventFile(file, seconds);
    opened.flush();
    events = opened;
    List<Column> columns = of.columns();
    tags = new String[columns.size()];
    for (int k = 0; k < tags.length; k++) {
      tags[k] = group(columns.get(k)) + "/" + columns.get(k).name();
    }
    header = of;
    records = new Records(of);
  }

  /** Returns the heading under which a column stands; TensorBoard parts them by a slash. */
  private static String group(Column column) {
    if (column.kind() == Column.Kind.BASIC) {
      return "training";
    }
    if (column.prediction() >= 0) {
      return "predictions";
    }
    String group = column.definition().group().replace('/', ' ');
    return group.isEmpty() ? "metrics" : group;
  }

  @Override
  public void block(byte[] block) throws IOException {
    RunHeader of = required(header);
    try {
      if (Frame.isVisits(block)) {
        VisitBlock visits = VisitBlock.decode(of.id(), block);
        VisitEpoch epoch = visits.epoch();
        if (epoch != null) {
          epoch(epoch);
        }
        VisitTable table = visits.table();
        if (table != null && table.isLast()) {
          table(table);
        }
      } else {
        RecordBlock.decode(of, block).visit(visitor());
        flush();
      }
      required(events).flush();
    } catch (BlockFormatException e) {
      throw new IOException("a block cannot be read: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Returns what takes records; {@link #flush} writes the last one. */
  RecordVisitor visitor() {
    return required(records);
  }

  /** Writes the record that was told last. */
  void flush() throws IOException {
    required(records).write();
  }

  /** Writes what holds over an epoch, at its last step. */
  void epoch(VisitEpoch epoch) throws IOException {
    EventFile.Summary summary = new EventFile.Summary();
    for (VisitLayer layer : epoch.layers()) {
      float[] shares = layer.shares();
      double[] wide = new double[shares.length];
      for (int j = 0; j < wide.length; j++) {
        wide[j] = shares[j];
      }
      summary.histogram("share of the samples a unit is on for/" + layer.name(), wide);
    }
    required(events).write(required(records).seconds, epoch.lastStep(), summary);
  }

  /** Writes suspect samples as pictures, those of the smallest mean margin first. */
  void table(@Nullable VisitTable table) throws IOException {
    int[] shape = table == null ? new int[0] : table.pictureShape();
    if (table == null || shape.length != 3) {
      return;
    }
    EventFile.Summary summary = new EventFile.Summary();
    int rank = 0;
    for (int sample : table.suspects().samples()) {
      byte[] pixels = table.picture(sample);
      rank++;
      if (pixels.length == shape[0] * shape[1] * shape[2]) {
        String tag =
            String.format(
                Locale.ROOT,
                "suspect labels/%03d: sample %s, label %s, network says %s",
                rank,
                table.id(sample),
                table.className(table.whole(VisitColumn.LABEL, sample)),
                table.className(table.whole(VisitColumn.INSTEAD, sample)));
        summary.image(tag, shape[0], shape[1], shape[2], png(pixels, shape));
      }
    }
    required(events).write(required(records).seconds, table.step(), summary);
  }

  private static byte[] png(byte[] pixels, int[] shape) throws IOException {
    int height = shape[0];
    int width = shape[1];
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (int at = 0; at < plane; at++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int channel = shape[2] == 3 ? c : 0;
        rgb = rgb << 8 | pixels[channel * plane + at] & 0xff;
      }
      image.setRGB(at % width, at / width, rgb);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  @Override
  public void close() throws IOException {
    if (events != null) {
      events.close();
    }
  }

  /** Collects a record and its rows, and writes it when the next one begins. */
  private final class Records implements RecordVisitor {
    private final RunHeader of;
    private EventFile.Summary summary = new EventFile.Summary();
    private long step;
    private double seconds;

    Records(RunHeader of) {
      this.of = of;
      seconds = of.startedAt() / MILLIS;
    }

    void write() throws IOException {
      required(events).write(seconds, step, summary);
      summary = new EventFile.Summary();
    }

    @Override
    public void record(Record record) {
      try {
        write();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      step = record.step();
      seconds = record.millis() / MILLIS;
      for (int k = 0; k < tags.length; k++) {
        double value = record.value(k);
        if (!Absent.is(value)) {
          summary.scalar(tags[k], value);
        }
      }
    }

    @Override
    public void sampleValues(int column, double[] values) {
      summary.histogram("samples/" + of.sampleColumns().get(column).name(), values);
    }

    @Override
    public void unitValues(int column, double[] values) {
      summary.histogram("units/" + of.unitColumns().get(column).name(), values);
    }
  }
}
