import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from episode_pictures import noise
from PIL import Image as Pillow

from searchvl_gym.tools.image_files import UnreadableImage, image_file_size, load_image_file
from searchvl_gym.tools.limits import MAX_PIXELS, MAX_SIDE

PIXELS = noise(20, 30)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp"])
def test_lossless_files_come_back_exactly(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    Pillow.fromarray(PIXELS).save(path, **({"lossless": True} if suffix == "webp" else {}))
    loaded = load_image_file(path)
    assert loaded.dtype == np.uint8
    assert np.array_equal(loaded, PIXELS)


def test_exif_rotation_is_applied(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.fromarray(PIXELS).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(load_image_file(tmp_path / "a.png"), np.rot90(PIXELS, 3))


def test_transparency_becomes_white(tmp_path: Path) -> None:
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[:, 4:] = (10, 20, 30, 255)
    Pillow.fromarray(rgba).save(tmp_path / "a.png")
    loaded = load_image_file(str(tmp_path / "a.png"))
    assert (loaded[:, :4] == 255).all() and (loaded[:, 4:] == (10, 20, 30)).all()


def test_palette_grey_bilevel_and_cmyk(tmp_path: Path) -> None:
    for mode, suffix in (("P", "gif"), ("L", "png"), ("1", "png"), ("CMYK", "tiff"), ("LA", "png")):
        path = tmp_path / f"{mode}.{suffix}"
        Pillow.fromarray(PIXELS).convert(mode).save(path)
        assert load_image_file(path).shape == (20, 30, 3)
    grey = np.asarray(Pillow.fromarray(PIXELS).convert("L"))
    assert np.array_equal(load_image_file(tmp_path / "L.png")[:, :, 1], grey)


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65_535, 600).reshape(20, 30).astype(np.uint16)
    Pillow.fromarray(ramp).save(tmp_path / "a.png")
    loaded = load_image_file(tmp_path / "a.png")[:, :, 0]
    assert np.abs(loaded - ramp / 257).max() <= 0.5


def test_the_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Pillow.fromarray(np.full((9, 9, 3), value, np.uint8)) for value in (200, 50)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert np.abs(load_image_file(tmp_path / "a.gif").astype(int) - 200).max() < 4


def bomb(path: Path, width: int, height: int) -> None:
    """A PNG that claims a size and holds almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


@pytest.mark.parametrize("size", [(60_000, 60_000), (20_000, 10_001), (10**6, 201)])
def test_decompression_bombs_are_refused_by_their_size(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    bomb(tmp_path / "a.png", *size)
    for read in (load_image_file, image_file_size):
        with pytest.raises(UnreadableImage, match=r"a\.png.*200000000.*save a smaller"):
            read(tmp_path / "a.png")


def test_a_large_photograph_is_reduced_and_keeps_its_shape(tmp_path: Path) -> None:
    halves = np.zeros((6000, 8000, 3), np.uint8)
    halves[:, 4000:] = (200, 100, 50)
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.fromarray(halves).save(tmp_path / "a.jpg", exif=exif, quality=60)
    assert image_file_size(tmp_path / "a.jpg") == (6000, 8000)
    loaded = load_image_file(tmp_path / "a.jpg")
    height, width = loaded.shape[:2]
    assert 0.99 * MAX_PIXELS < height * width <= MAX_PIXELS
    assert height / width == pytest.approx(8000 / 6000, rel=1e-3)
    assert np.abs(loaded[: height // 2 - 20].astype(int)).max() < 12
    assert np.abs(loaded[height // 2 + 20 :] - np.array([200, 100, 50])).max() < 12


@pytest.mark.parametrize("mode", ["P", "1", "L", "LA", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_can_be_reduced(tmp_path: Path, mode: str) -> None:
    path = tmp_path / f"a.{'tiff' if mode == 'CMYK' else 'png'}"
    wide = Pillow.new(mode, (40_000, 12), 1 if mode in ("1", "P") else None)
    wide.save(path, **({"transparency": 0} if mode == "P" else {}))
    loaded = load_image_file(path)
    assert loaded.shape == (4, MAX_SIDE, 3) and loaded.dtype == np.uint8


def test_a_tiff_that_lies_on_its_side(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.fromarray(PIXELS).save(tmp_path / "a.tiff", exif=exif)
    height, width = load_image_file(tmp_path / "a.tiff").shape[:2]
    assert image_file_size(tmp_path / "a.tiff") == (width, height) == (20, 30)


def test_the_head_tells_the_size_of_any_file(tmp_path: Path) -> None:
    bomb(tmp_path / "claims.png", 16_320, 12_240)
    assert image_file_size(tmp_path / "claims.png") == (16_320, 12_240)
    with pytest.raises(UnreadableImage, match="not a readable picture"):
        load_image_file(tmp_path / "claims.png")


def test_files_that_are_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("hello")
    (tmp_path / "empty.png").write_bytes(b"")
    Pillow.fromarray(PIXELS).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:-400])
    for name in ("text.jpg", "empty.png", "cut.png"):
        with pytest.raises(UnreadableImage, match="not a readable picture"):
            load_image_file(tmp_path / name)
    with pytest.raises(UnreadableImage, match="check the path"):
        load_image_file(tmp_path / "none.png")
    with pytest.raises(UnreadableImage, match="not a file"):
        load_image_file(tmp_path)


def test_every_prefix_of_a_file_is_read_or_refused(tmp_path: Path) -> None:
    Pillow.fromarray(PIXELS).save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    for length in range(0, len(data), 37):
        (tmp_path / "b.jpg").write_bytes(data[:length])
        with pytest.raises(UnreadableImage):
            load_image_file(tmp_path / "b.jpg")
