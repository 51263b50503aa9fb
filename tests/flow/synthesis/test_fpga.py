from firstspike.flow.synthesis import fpga


def test_ecp5_counts_carry_chains_and_small_memories_as_luts():
    resources = fpga.ecp5({"LUT4": 100, "CCU2C": 10, "TRELLIS_DPR16X4": 5, "TRELLIS_FF": 70, "DP16KD": 3, "PFUMX": 9})
    assert resources == fpga.Resources(luts=100 + 20 + 30, flip_flops=70, block_rams=3, lut_rams=20)


def test_xilinx_counts_half_block_rams():
    resources = fpga.xilinx(
        {"LUT1": 1, "LUT6": 10, "RAM32M": 2, "FDRE": 7, "FDSE": 1, "RAMB36E1": 2, "RAMB18E1": 1, "CARRY4": 3}
    )
    assert resources == fpga.Resources(luts=11 + 8, flip_flops=8, block_rams=2.5, lut_rams=8)
