"""From counted operations to energy: tables of sourced prices, the actions that counts imply, and their product.

All energies are integers of attojoules (1 pJ = 10^6 aJ), so that a total equals the sum of its parts to the last digit.
"""
