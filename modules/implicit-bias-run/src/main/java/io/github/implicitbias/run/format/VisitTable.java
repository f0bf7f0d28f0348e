package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Absent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of every training sample by its visits, as of one step. At the end of an epoch
 * fractions have the upper 16 bits of a float, rounded to the nearest (8 binary digits); at the end
 * of a run they are whole floats, and there are more columns. Immutable.
 */
public final class VisitTable {

  private final int size;
  private final int epoch;
  private final long step;
  private final boolean last;
  private final String status;
  private final List<String> classes;
  private final VisitSuspects suspects;
  private final Map<VisitColumn, Planes> columns;
  private final Map<String, Planes> flips;
  private final @Nullable Planes idEnds;
  private final byte[] idBytes;
  private final ShownRows shown;

  private VisitTable(VisitTable other, List<String> classes, ShownRows shown) {
    this.size = other.size;
    this.epoch = other.epoch;
    this.step = other.step;
    this.last = other.last;
    this.status = other.status;
    this.classes = classes;
    this.suspects = other.suspects;
    this.columns = other.columns;
    this.flips = other.flips;
    this.idEnds = other.idEnds;
    this.idBytes = other.idBytes;
    this.shown = shown;
  }

  private VisitTable(Builder from, Map<VisitColumn, Planes> columns, boolean last) {
    this.size = from.size;
    this.epoch = from.epoch;
    this.step = from.step;
    this.last = last;
    this.status = from.status;
    this.classes = List.copyOf(from.classes);
    this.suspects = from.suspects;
    this.columns = columns;
    this.flips = from.flips;
    this.idEnds = last ? from.idEnds : null;
    this.idBytes = last ? from.idBytes : new byte[0];
    this.shown = from.shown;
  }

  /** Collects the numbers of a table. */
  public static final class Builder {
    private final int size;
    private final int epoch;
    private final long step;
    private String status = "";
    private List<String> classes = List.of();
    private VisitSuspects suspects = VisitSuspects.none();
    private final Map<VisitColumn, Planes> columns = new EnumMap<>(VisitColumn.class);
    private final Map<String, Planes> flips = new LinkedHashMap<>();
    private @Nullable Planes idEnds;
    private byte[] idBytes = {};
    private ShownRows shown = ShownRows.NONE;

    /**
     * Begins a table.
     *
     * @param size number of samples
     * @param epoch the last epoch that had ended, -1 for none
     * @param step the last step whose visits are in it
     * @throws IllegalArgumentException if one of them is negative where it may not be
     */
    public Builder(int size, int epoch, long step) {
      if (size < 0 || epoch < -1 || step < 0) {
        throw new IllegalArgumentException(size + " samples, epoch " + epoch + ", step " + step);
      }
      this.size = size;
      this.epoch = epoch;
      this.step = step;
    }

    private void requireAll(int count) {
      if (count != size) {
        throw new IllegalArgumentException(count + " numbers for " + size + " samples");
      }
    }

    /** Sets the sentence that says what is kept, and what is not and why. */
    public Builder status(String sentence) {
      status = Objects.requireNonNull(sentence, "sentence");
      return this;
    }

    /** Sets the names of the classes; none if they have only numbers. */
    public Builder classes(List<String> names) {
      classes = List.copyOf(names);
      return this;
    }

    /** Sets the suspects. */
    public Builder suspects(VisitSuspects found) {
      suspects = Objects.requireNonNull(found, "found");
      return this;
    }

    /**
     * Sets a column of whole numbers.
     *
     * @param values one per sample, -1 where there is none
     * @throws IllegalArgumentException if it is no such column, or there is another number of them
     */
    public Builder whole(VisitColumn column, int[] values) {
      requireAll(values.length);
      if (column.isFraction()) {
        throw new IllegalArgumentException(column.id() + " is no column of whole numbers");
      }
      columns.put(column, Planes.ofWhole(values));
      return this;
    }

    /**
     * Sets a column of fractions.
     *
     * @param values one per sample, NaN where there is none
     * @throws IllegalArgumentException if it is no such column, or there is another number of them
     */
    public Builder fraction(VisitColumn column, float[] values) {
      requireFractions(column, values);
      columns.put(column, Planes.ofFractions(values));
      return this;
    }

    /**
     * Sets a column of fractions of a table that becomes one {@link #atEpoch}: of 16 bits.
     *
     * @param values one per sample, NaN where there is none
     * @throws IllegalArgumentException if it is no such column, or there is another number of them
     */
    public Builder rounded(VisitColumn column, float[] values) {
      requireFractions(column, values);
      columns.put(column, Planes.ofRounded(values));
      return this;
    }

    private void requireFractions(VisitColumn column, float[] values) {
      requireAll(values.length);
      if (!column.isFraction()) {
        throw new IllegalArgumentException(column.id() + " is no column of fractions");
      }
    }

    /**
     * Sets the flips of a layer between the visits of each sample.
     *
     * @param values one per sample, -1 where they are not known
     * @throws IllegalArgumentException if there is another number of them
     */
    public Builder flips(String layer, int[] values) {
      requireAll(values.length);
      flips.put(layer, Planes.ofWhole(values));
      return this;
    }

    /**
     * Sets what the user calls the samples.
     *
     * @throws IllegalArgumentException if there is not one name per sample
     */
    public Builder ids(List<String> names) {
      requireAll(names.size());
      ByteSink sink = new ByteSink(16 + 8 * size);
      int[] ends = new int[size];
      for (int i = 0; i < size; i++) {
        for (byte one : names.get(i).getBytes(StandardCharsets.UTF_8)) {
          sink.putByte(one);
        }
        ends[i] = sink.length();
      }
      return ids(Planes.ofWhole(ends), sink.copy());
    }

    Builder ids(Planes ends, byte[] bytes) {
      idEnds = ends;
      idBytes = bytes;
      return this;
    }

    Builder shown(ShownRows rows) {
      shown = rows;
      return this;
    }

    Builder column(VisitColumn column, Planes planes) {
      columns.put(column, planes);
      return this;
    }

    Builder flips(String layer, Planes planes) {
      flips.put(layer, planes);
      return this;
    }

    /** Returns the table of the end of a run: all columns, fractions as floats. */
    public VisitTable atEnd() {
      return new VisitTable(this, new EnumMap<>(columns), true);
    }

    /** Returns the table of an epoch that was read: the columns as they are. */
    VisitTable asStored() {
      return new VisitTable(this, new EnumMap<>(columns), false);
    }

    /** Returns the table of the end of an epoch: fewer columns, fractions of 16 bits. */
    public VisitTable atEpoch() {
      Map<VisitColumn, Planes> fewer = new EnumMap<>(VisitColumn.class);
      columns.forEach(
          (column, planes) -> {
            if (column.isAtEpochs()) {
              fewer.put(column, column.isFraction() ? planes.rounded() : planes);
            }
          });
      return new VisitTable(this, fewer, false);
    }
  }

  /**
   * Returns this table with small pictures of some samples.
   *
   * @param height rows of a picture, at most 64
   * @param width columns, at most 64
   * @param channels 1 for grey, 3 for red, green and blue
   * @param of which samples, at most 50
   * @param pixels sample by sample, channel by channel, row by row, from 0 to 255
   * @throws IllegalArgumentException if there are too many or too large ones, or other pixels
   */
  public VisitTable withPictures(int height, int width, int channels, int[] of, byte[] pixels) {
    int[] shape = {height, width, channels};
    return new VisitTable(this, classes, new ShownRows(true, shape, of.clone(), pixels.clone()));
  }

  /**
   * Returns this table with the values of the features of some samples.
   *
   * @param of which samples, at most 50
   * @param values for each the same number of values, at most 64
   * @throws IllegalArgumentException if there are too many, or not one row per sample
   */
  public VisitTable withValues(int[] of, float[][] values) {
    int count = values.length == 0 ? 0 : values[0].length;
    ByteSink sink = new ByteSink(16 + 4 * count * values.length);
    for (float[] row : values) {
      for (float value : row) {
        sink.putInt(Float.floatToRawIntBits(value));
      }
    }
    int[] shape = {count};
    return new VisitTable(this, classes, new ShownRows(false, shape, of.clone(), sink.copy()));
  }

  /** Returns this table with names of the classes. */
  public VisitTable withClasses(List<String> names) {
    return new VisitTable(this, List.copyOf(names), shown);
  }

  /**
   * Returns height, width and channels of the pictures of samples.
   *
   * @return empty if no sample has a picture
   */
  public int[] pictureShape() {
    return shown.pictures ? shown.shape.clone() : new int[0];
  }

  /**
   * Returns the picture of a sample, scaled from its smallest value to its largest.
   *
   * @return channel by channel, row by row, from 0 to 255 (unsigned); empty if it has none
   */
  public byte[] picture(int sample) {
    return shown.picture(sample);
  }

  /** Returns the first values of the features of a sample; empty if they are not there. */
  public float[] values(int sample) {
    return shown.values(sample);
  }

  /** Returns of how many features the values are there; 0 for none. */
  public int shownFeatures() {
    return shown.pictures ? 0 : shown.shape[0];
  }

  ShownRows shown() {
    return shown;
  }

  /** Returns the number of samples. */
  public int size() {
    return size;
  }

  /** Returns the last epoch that had ended, from 0; -1 if none had. */
  public int epoch() {
    return epoch;
  }

  /** Returns the last step whose visits are in the table. */
  public long step() {
    return step;
  }

  /** Returns true for the table of the end of the run, false for that of an epoch. */
  public boolean isLast() {
    return last;
  }

  /** Returns a sentence that says what is kept, and what is not and why. */
  public String status() {
    return status;
  }

  /** Returns the names of the classes by their numbers; empty if they have only numbers. */
  public List<String> classes() {
    return classes;
  }

  /** Returns the name of a class, its number if it has none; empty for -1. */
  public String className(int number) {
    return number < 0
        ? ""
        : number < classes.size() ? classes.get(number) : Integer.toString(number);
  }

  /** Returns the samples whose labels their mean margins speak against. */
  public VisitSuspects suspects() {
    return suspects;
  }

  /** Returns true if a column is there. */
  public boolean has(VisitColumn column) {
    return columns.containsKey(column);
  }

  /**
   * Returns a whole number of a sample; -1 if there is none.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public int whole(VisitColumn column, int sample) {
    Objects.checkIndex(sample, size);
    Planes planes = columns.get(column);
    return planes == null || column.isFraction() ? -1 : planes.whole(sample);
  }

  /**
   * Returns a number of a sample; absent if there is none.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public double number(VisitColumn column, int sample) {
    Objects.checkIndex(sample, size);
    Planes planes = columns.get(column);
    if (planes == null) {
      return Absent.VALUE;
    }
    double value = column.isFraction() ? planes.fraction(sample) : planes.whole(sample);
    return Double.isNaN(value) || !column.isFraction() && value < 0 ? Absent.VALUE : value;
  }

  /** Returns the names of the layers whose flips are known. */
  public List<String> layers() {
    return new ArrayList<>(flips.keySet());
  }

  /**
   * Returns the flips of a layer between the visits of a sample; -1 if they are not known.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public int flips(String layer, int sample) {
    Objects.checkIndex(sample, size);
    Planes planes = flips.get(layer);
    return planes == null ? -1 : planes.whole(sample);
  }

  /** Returns true if the user has given the samples names. */
  public boolean hasIds() {
    return idEnds != null;
  }

  /**
   * Returns what the user calls a sample, its number if it has no name.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public String id(int sample) {
    Objects.checkIndex(sample, size);
    if (idEnds == null) {
      return Integer.toString(sample);
    }
    int from = sample == 0 ? 0 : idEnds.whole(sample - 1);
    return new String(idBytes, from, idEnds.whole(sample) - from, StandardCharsets.UTF_8);
  }

  Map<VisitColumn, Planes> columns() {
    return columns;
  }

  Map<String, Planes> flips() {
    return flips;
  }

  @Nullable Planes idEnds() {
    return idEnds;
  }

  byte[] idBytes() {
    return idBytes;
  }
}
