package io.github.implicitbias.run.format;

import io.github.implicitbias.run.RunId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Makes blocks that say what they should not say, under right checksums. */
public final class Forged {

  /** Bytes of a block before its content: the envelope and the id of the run. */
  public static final int CONTENT = Frame.HEADER_BYTES + Frame.ID_BYTES;

  private final ByteSink sink = new ByteSink(256);
  private final RunId id;
  private final byte type;

  private Forged(RunId id, byte type) {
    this.id = id;
    this.type = type;
    sink.reset(CONTENT);
  }

  /** Returns the bytes with length and checksums set right. */
  public static byte[] sealedAgain(byte[] bytes) {
    byte[] sealed = bytes.clone();
    if (sealed.length >= Frame.HEADER_BYTES) {
      ByteBuffer out = ByteBuffer.wrap(sealed);
      int length = sealed.length - Frame.HEADER_BYTES;
      out.putInt(8, length);
      out.putInt(12, sum(sealed, Frame.HEADER_BYTES, length));
      out.putInt(16, sum(sealed, 0, 16));
    }
    return sealed;
  }

  private static int sum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** Begins a header of a run without any content. */
  public static Forged header(RunId id) {
    return new Forged(id, Frame.TYPE_RUN);
  }

  /** Begins a block of records; behind it come the keyframe, the start time and the records. */
  public static Forged block(
      RunId id, long number, long firstStep, long lastStep, int count, boolean keyframe) {
    Forged block = new Forged(id, Frame.TYPE_RECORDS);
    block.longs(number, number - 1, firstStep, lastStep).ints(count).bytes(keyframe ? 1 : 0);
    return block;
  }

  /** Begins a block about visits; behind it come the kind and the content. */
  public static Forged visits(RunId id, long number) {
    return new Forged(id, Frame.TYPE_VISITS).longs(number);
  }

  /** Adds the head of a record: flags, then steps, epoch, milliseconds and nanoseconds. */
  public Forged record(int flags, long forward) {
    return bytes(flags).vars(forward, 0, 0, 0);
  }

  public Forged bytes(int... values) {
    for (int value : values) {
      sink.putByte(value);
    }
    return this;
  }

  public Forged ints(int... values) {
    for (int value : values) {
      sink.putInt(value);
    }
    return this;
  }

  public Forged longs(long... values) {
    for (long value : values) {
      sink.putLong(value);
    }
    return this;
  }

  public Forged vars(long... values) {
    for (long value : values) {
      sink.putVarLong(value);
    }
    return this;
  }

  public Forged doubles(double value, int count) {
    for (int k = 0; k < count; k++) {
      sink.putDouble(value);
    }
    return this;
  }

  public Forged texts(String... values) {
    for (String value : values) {
      sink.putText(value);
    }
    return this;
  }

  /** Adds the same bytes again and again. */
  public Forged times(int count, int... values) {
    for (int k = 0; k < count; k++) {
      bytes(values);
    }
    return this;
  }

  /** Returns the block under right checksums. */
  public byte[] seal() {
    byte[] bytes = sink.copy();
    Frame.seal(bytes, type, id);
    return bytes;
  }
}
