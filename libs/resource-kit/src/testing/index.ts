export { collectionContract, type ContractCase } from './collection-contract';
export { createMemoryCollection } from './memory-collection';
