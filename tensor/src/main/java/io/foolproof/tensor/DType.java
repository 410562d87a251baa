package io.foolproof.tensor;

import org.bytedeco.pytorch.global.torch;

/** The type of a tensor's elements. */
public enum DType {
  FLOAT16(2, true),
  FLOAT32(4, true),
  FLOAT64(8, true),
  UINT8(1, false),
  INT8(1, false),
  INT16(2, false),
  INT32(4, false),
  INT64(8, false),
  BOOL(1, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Bytes an element takes. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are floating-point numbers, and gradients can be taken. */
  public boolean isFloating() {
    return floating;
  }

  torch.ScalarType nativeType() {
    return switch (this) {
      case FLOAT16 -> torch.ScalarType.Half;
      case FLOAT32 -> torch.ScalarType.Float;
      case FLOAT64 -> torch.ScalarType.Double;
      case UINT8 -> torch.ScalarType.Byte;
      case INT8 -> torch.ScalarType.Char;
      case INT16 -> torch.ScalarType.Short;
      case INT32 -> torch.ScalarType.Int;
      case INT64 -> torch.ScalarType.Long;
      case BOOL -> torch.ScalarType.Bool;
    };
  }

  static DType of(torch.ScalarType type) {
    for (DType candidate : values()) {
      if (candidate.nativeType().value == type.value) {
        return candidate;
      }
    }
    throw new EngineException(
        "the engine returned a tensor of type " + type + ", which has no use");
  }
}
