"""All campaigns, in the order of the page: a new one is a line here."""

from firstspike.verify.branches.branches_campaign import branches
from firstspike.verify.coverage.coverage_campaign import coverage
from firstspike.verify.faults.faults_campaign import faults
from firstspike.verify.formal.formal_campaign import formal
from firstspike.verify.fuzz.fuzz_campaign import fuzz
from firstspike.verify.mutation.mutation_campaign import mutate
from firstspike.verify.random_networks.random_networks_campaign import campaign
from firstspike.verify.testset.testset_campaign import testset

CAMPAIGNS = (campaign, testset, formal, mutate, coverage, branches, faults, fuzz)
