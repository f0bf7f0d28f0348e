package io.github.implicitbias.listener;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.core.storage.Persistable;

/**
 * A sealed block of a run on its way through a {@code StatsStorage}: the header as static info, the
 * records as updates. The block itself is opaque here; {@link
 * io.github.implicitbias.run.format.RunHeader} and {@link
 * io.github.implicitbias.run.format.RecordBlock} check and decode it.
 *
 * <p>Encoding: magic number, time stamp, session id, worker id and block, each with its length;
 * decoding checks every length and uses no Java serialization.
 */
public final class ImplicitBiasBlock implements Persistable {

  private static final long serialVersionUID = 1L;

  /** The type id under which a {@code StatsStorage} lists our sessions. */
  public static final String TYPE_ID = "ImplicitBias";

  private static final int MAGIC = 0x49424250;
  private static final int MAX_ID_BYTES = 1 << 16;

  private String sessionId = "";
  private String workerId = "";
  private long timeStamp;
  private byte[] block = new byte[0];

  /** Makes an empty block to decode into; storages need this. */
  public ImplicitBiasBlock() {}

  /**
   * Wraps a sealed block.
   *
   * @param timeStamp milliseconds; storages keep one update per session, worker and time stamp
   */
  public ImplicitBiasBlock(String sessionId, String workerId, long timeStamp, byte[] block) {
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.timeStamp = timeStamp;
    this.block = block.clone();
  }

  /** Returns the sealed block. */
  public byte[] block() {
    return block.clone();
  }

  @Override
  public String getSessionID() {
    return sessionId;
  }

  @Override
  public String getTypeID() {
    return TYPE_ID;
  }

  @Override
  public String getWorkerID() {
    return workerId;
  }

  @Override
  public long getTimeStamp() {
    return timeStamp;
  }

  @Override
  public int encodingLengthBytes() {
    return encode().length;
  }

  @Override
  public byte[] encode() {
    byte[] session = sessionId.getBytes(StandardCharsets.UTF_8);
    byte[] worker = workerId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(24 + session.length + worker.length + block.length);
    out.putInt(MAGIC).putLong(timeStamp);
    out.putInt(session.length).put(session);
    out.putInt(worker.length).put(worker);
    out.putInt(block.length).put(block);
    return out.array();
  }

  @Override
  public void encode(ByteBuffer buffer) {
    buffer.put(encode());
  }

  @Override
  public void encode(OutputStream stream) throws IOException {
    stream.write(encode());
  }

  /**
   * Decodes what {@link #encode()} wrote.
   *
   * @throws IllegalArgumentException if the bytes are not such a block
   */
  @Override
  public void decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    decode(in);
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("bytes behind a block of dl4j-implicit-bias");
    }
  }

  @Override
  public void decode(ByteBuffer in) {
    if (in.remaining() < 24 || in.getInt() != MAGIC) {
      throw new IllegalArgumentException("not a block of dl4j-implicit-bias");
    }
    timeStamp = in.getLong();
    sessionId = new String(bytes(in, MAX_ID_BYTES), StandardCharsets.UTF_8);
    workerId = new String(bytes(in, MAX_ID_BYTES), StandardCharsets.UTF_8);
    block = bytes(in, Integer.MAX_VALUE);
  }

  private static byte[] bytes(ByteBuffer in, int limit) {
    int length = in.remaining() < 4 ? -1 : in.getInt();
    if (length < 0 || length > in.remaining() || length > limit) {
      throw new IllegalArgumentException("a damaged block of dl4j-implicit-bias");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  @Override
  public void decode(InputStream stream) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    stream.transferTo(all);
    decode(all.toByteArray());
  }
}
