package io.github.implicitbias.run;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of events as TensorBoard reads them: TensorFlow's records (length, payload, and of both
 * their masked CRC-32C, little endian), each an {@code Event} in the encoding of Protocol Buffers.
 * Only what is needed of {@code Event} and {@code Summary} is here; no maintained library for the
 * JVM has them without TensorFlow itself.
 */
final class EventFile implements Closeable {

  private static final int BUCKETS = 30;
  private static final int MASK = 0xa282ead8;

  private final OutputStream out;

  /** Creates a file, which must not exist, and writes which version of the format it has. */
  EventFile(Path file, double seconds) throws IOException {
    out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
    write(new Message().fixed(1, seconds).text(3, "brain.Event:2"));
  }

  /** The numbers of one step, which are written together. */
  static final class Summary {
    private final Message values = new Message();
    private boolean empty = true;

    /** Returns true if nothing was added. */
    boolean isEmpty() {
      return empty;
    }

    private Summary add(Message value) {
      values.message(1, value);
      empty = false;
      return this;
    }

    /** Adds a number; TensorBoard holds numbers as floats. */
    Summary scalar(String tag, double value) {
      return add(new Message().text(1, tag).fixed(2, (float) value));
    }

    /** Adds how the finite ones of some numbers are spread; nothing if there are none. */
    Summary histogram(String tag, double[] numbers) {
      double least = Double.POSITIVE_INFINITY;
      double greatest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      double squares = 0;
      int count = 0;
      for (double number : numbers) {
        if (Double.isFinite(number)) {
          least = Math.min(least, number);
          greatest = Math.max(greatest, number);
          sum += number;
          squares += number * number;
          count++;
        }
      }
      if (count == 0) {
        return this;
      }
      int buckets = greatest > least ? BUCKETS : 1;
      double[] limits = new double[buckets];
      double[] counts = new double[buckets];
      for (int k = 0; k < buckets; k++) {
        double share = (k + 1.0) / buckets;
        limits[k] = k + 1 == buckets ? greatest : least * (1 - share) + greatest * share;
      }
      for (double number : numbers) {
        if (Double.isFinite(number)) {
          int k = 0;
          while (number > limits[k]) {
            k++;
          }
          counts[k]++;
        }
      }
      Message spread =
          new Message()
              .fixed(1, least)
              .fixed(2, greatest)
              .fixed(3, count)
              .fixed(4, sum)
              .fixed(5, squares)
              .packed(6, limits)
              .packed(7, counts);
      return add(new Message().text(1, tag).message(5, spread));
    }

    /**
     * Adds a picture.
     *
     * @param channels 1 for grey, 3 for red, green and blue
     * @param png the picture as PNG
     */
    Summary image(String tag, int height, int width, int channels, byte[] png) {
      Message image =
          new Message().number(1, height).number(2, width).number(3, channels).bytes(4, png);
      return add(new Message().text(1, tag).message(4, image));
    }
  }

  /** Writes what belongs to a step. */
  void write(double seconds, long step, Summary summary) throws IOException {
    if (!summary.isEmpty()) {
      write(new Message().fixed(1, seconds).number(2, step).message(5, summary.values));
    }
  }

  private void write(Message event) throws IOException {
    byte[] payload = event.toBytes();
    byte[] length =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(payload.length)
            .array();
    ByteBuffer record =
        ByteBuffer.allocate(payload.length + 16).order(ByteOrder.LITTLE_ENDIAN).put(length);
    record.putInt(masked(length)).put(payload).putInt(masked(payload));
    out.write(record.array());
  }

  private static int masked(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, bytes.length);
    return Integer.rotateRight((int) sum.getValue(), 15) + MASK;
  }

  /** Hands on what is still held back. */
  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** A message of Protocol Buffers that is being written. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Message key(int field, int type) {
      return varint(field << 3 | type);
    }

    private Message varint(long number) {
      long left = number;
      while ((left & ~0x7fL) != 0) {
        bytes.write((int) (left & 0x7f | 0x80));
        left >>>= 7;
      }
      bytes.write((int) left);
      return this;
    }

    private Message little(long bits, int size) {
      for (int k = 0; k < size; k++) {
        bytes.write((int) (bits >>> 8 * k));
      }
      return this;
    }

    Message number(int field, long number) {
      return key(field, VARINT).varint(number);
    }

    Message fixed(int field, double number) {
      return key(field, FIXED64).little(Double.doubleToRawLongBits(number), Double.BYTES);
    }

    Message fixed(int field, float number) {
      return key(field, FIXED32).little(Float.floatToRawIntBits(number), Float.BYTES);
    }

    Message packed(int field, double[] numbers) {
      key(field, BYTES).varint((long) numbers.length * Double.BYTES);
      for (double number : numbers) {
        little(Double.doubleToRawLongBits(number), Double.BYTES);
      }
      return this;
    }

    Message bytes(int field, byte[] content) {
      key(field, BYTES).varint(content.length);
      bytes.writeBytes(content);
      return this;
    }

    Message text(int field, String text) {
      return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message inner) {
      return bytes(field, inner.toBytes());
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }
  }
}
